//! Small random counties: at most six children and five volunteers, with every kind of flaw that a rule looks at.
//!
//! A person is a handful of dice. A die of 0 gives what is sound, so that a failing county shrinks to one in which
//! everything that does not matter is in order.

use std::sync::{Arc, LazyLock};

use jiedui::input::policy::{parse, preset};
use jiedui::model::availability::{AvailabilityRow, Site};
use jiedui::model::child::{
    Answer, CallDevice, Category, ConsentGiver, LegalBasis, PairingConsent, ParentStanding, Parents, Risk,
    RiskLevel, Sex,
};
use jiedui::model::instance::{RunDates, SourceRow};
use jiedui::model::location::{Datum, Precision};
use jiedui::model::need::{Grade, Mode, Strength, Subject};
use jiedui::model::pairing::PairState;
use jiedui::model::policy::{Assignment, CoverageMode, SiblingPolicy};
use jiedui::model::volunteer::Language;
use jiedui::model::{
    Availability, Child, ChildId, ExistingPair, HouseholdId, Instance, Location, Need, NeedKind, Period,
    Place, Policy, Private, RegionCode, Reply, Rule, Season, VolunteerId, WeekMask,
};
use jiff::civil::date;
use proptest::prelude::{Strategy, any, prop};

use super::units::volunteer;

/// People, rules, and whether missing papers count as arrived.
#[derive(Clone, Debug)]
pub(crate) struct County {
    pub(crate) instance: Instance,
    pub(crate) policy: Policy,
    pub(crate) provisional: bool,
}

pub(super) struct Dice<'a>(std::slice::Iter<'a, u8>);

impl Dice<'_> {
    fn roll(&mut self) -> usize {
        usize::from(*self.0.next().expect("there are dice enough"))
    }

    /// Any of the options, all alike.
    pub(super) fn any<T: Clone>(&mut self, options: &[T]) -> T {
        options[self.roll() % options.len()].clone()
    }

    /// The first, but for one die in sixteen.
    pub(super) fn rarely<T: Clone>(&mut self, options: &[T]) -> T {
        let die = self.roll();
        if die < 240 { options[0].clone() } else { options[die % options.len()].clone() }
    }
}

pub(crate) fn county() -> impl Strategy<Value = County> {
    let dice = |people| prop::collection::vec(prop::collection::vec(any::<u8>(), 48), people);
    (dice(0..=6), dice(0..=5), prop::collection::vec(any::<u8>(), 16)).prop_map(|(children, units, rules)| {
        let instance = instance(&children, &units, &mut Dice(rules[..4].iter()));
        let (policy, provisional) = policy(&mut Dice(rules[4..].iter()));
        County { instance, policy, provisional }
    })
}

/// Read once: reading it takes longer than making a plan of six children.
static BALANCED: LazyLock<Policy> = LazyLock::new(|| {
    let text = preset("balanced").expect("the preset exists");
    parse(text, "balanced.toml").expect("the preset is sound").policy
});

fn policy(dice: &mut Dice<'_>) -> (Policy, bool) {
    let mut policy = BALANCED.clone();
    policy.siblings =
        dice.any(&[SiblingPolicy::SameVolunteer, SiblingPolicy::SameVolunteer, SiblingPolicy::SameDay]);
    policy.coverage =
        dice.any(&[CoverageMode::Lexicographic, CoverageMode::Lexicographic, CoverageMode::Priced]);
    policy.exchange.further_household_min = dice.any(&[20, 0, 50]);
    policy.needs[NeedKind::Tutoring.index()].assignment =
        dice.any(&[Assignment::Scored, Assignment::Service, Assignment::Lead]);
    policy.travel.round_up_min = dice.any(&[5, 1]);
    policy.eligibility.seasonal_min_days = dice.any(&[Some(21), None]);
    policy.eligibility.accept_no_conviction = dice.any(&[false, true]);
    policy.max_volunteers_per_child = dice.any(&[3, 2, 1]);
    let off = dice.roll();
    if off >= 200 {
        policy.rules_off.push(Rule::ALL[off % Rule::ALL.len()]);
    }
    (policy, dice.any(&[false, false, true]))
}

fn instance(children: &[Vec<u8>], units: &[Vec<u8>], dice: &mut Dice<'_>) -> Instance {
    let period = dice.any(&[
        (date(2026, 12, 1), date(2027, 6, 30)),
        (date(2026, 12, 1), date(2027, 1, 15)),
        (date(2027, 2, 2), date(2027, 2, 10)),
    ]);
    let mut instance = Instance {
        children: children.iter().enumerate().map(|(n, dice)| child(n, &mut Dice(dice.iter()))).collect(),
        volunteers: units.iter().enumerate().map(|(n, dice)| volunteer(n, &mut Dice(dice.iter()))).collect(),
        existing_pairs: Vec::new(),
        replies: Vec::new(),
        quarantined: Vec::new(),
        dates: RunDates {
            today: date(2026, 11, 24),
            period: Period::new(period.0, period.1).expect("the period is not empty"),
        },
    };
    for (at, dice) in children.iter().enumerate().filter(|_| !units.is_empty()) {
        history(&mut instance, at, units.len(), &mut Dice(dice[40..].iter()));
    }
    instance
}

/// What already happened to a child: at most one pair that stands, never with somebody refused.
fn history(instance: &mut Instance, at: usize, units: usize, dice: &mut Dice<'_>) {
    let (what, whom, other) = (dice.roll() % 12, dice.roll() % units, dice.roll() % units);
    let ended_on = dice.any(&[Some(date(2026, 10, 1)), Some(date(2026, 1, 1)), None]);
    let child = instance.children[at].id.clone();
    let unit = |number: usize| VolunteerId::new(format!("V{number}"));
    let row = |state, went_well, ended_on| ExistingPair {
        child: child.clone(),
        volunteer: unit(whom),
        state,
        began_on: None,
        ended_on,
        went_well,
        source: SourceRow::default(),
    };
    let reply = |number: usize, accepted| Reply {
        child: child.clone(),
        volunteer: unit(number),
        accepted,
        reason: String::new(),
        answered_on: None,
        source: SourceRow::default(),
    };
    match what {
        1 => instance.existing_pairs.push(row(PairState::Kept, None, None)),
        2 => instance.replies.push(reply(whom, true)),
        3 | 4 => instance.existing_pairs.push(row(PairState::Pinned, None, None)),
        5 => instance.existing_pairs.push(row(PairState::Ended, Some(true), ended_on)),
        6 => instance.existing_pairs.push(row(PairState::Ended, Some(false), ended_on)),
        7 => instance.existing_pairs.push(row(PairState::Ended, None, ended_on)),
        8 => instance.replies.push(reply(whom, false)),
        _ => {}
    }
    if what < 4 && other != whom && ended_on.is_none() {
        instance.replies.push(reply(other, false));
    }
}

pub(super) fn place(dice: &mut Dice<'_>) -> Place {
    let (north, east, region) = dice.any(&[
        (29.5, 109.40, "990101101201"),
        (29.5, 109.42, "990101101202"),
        (29.55, 109.40, "990101101201"),
        (29.5, 109.52, "990101102201"),
        (29.7, 109.40, "990101102201"),
    ]);
    Place {
        region: RegionCode::parse(region).expect("twelve digits"),
        township: "甲镇".into(),
        village: if region.ends_with("202") { "西村" } else { "东村" }.into(),
        location: Location::new(north, east).expect("on the earth"),
        precision: Precision::Exact,
        source_datum: Datum::Wgs84,
    }
}

/// A row of hours: season, site, day of the week, from and to in minutes from midnight.
pub(super) fn hours(rows: &[(Option<Season>, Site, usize, u32, u32)]) -> Availability {
    let row = |&(season, site, day, from, to): &(Option<Season>, Site, usize, u32, u32)| {
        let mut week = WeekMask::EMPTY;
        week.insert_stretch(day, from, to);
        AvailabilityRow { season, site, week }
    };
    Availability { rows: rows.iter().map(row).collect(), assumed: false }
}

pub(super) fn languages(dice: &mut Dice<'_>) -> Arc<[Language]> {
    let names: &[&str] =
        dice.any(&[&["普通话"][..], &["普通话"], &["土家语", "普通话"], &["普通话", "土家语"], &["土家语"]]);
    names.iter().map(|name| Language((*name).into())).collect()
}

fn need(kind: NeedKind, strength: Strength, mode: Mode, minutes_per_week: u16) -> Need {
    let tutoring = kind == NeedKind::Tutoring;
    Need {
        kind,
        subject: tutoring.then_some(Subject::Mathematics),
        grade: tutoring.then_some(Grade(5)),
        strength,
        mode,
        minutes_per_week,
        weight_percent: 100,
    }
}

fn needs(dice: &mut Dice<'_>) -> Arc<[Need]> {
    let visit = need(NeedKind::Companionship, Strength::Required, Mode::InPerson, 60);
    let call = need(NeedKind::VideoCall, Strength::Required, Mode::Remote, 45);
    let lessons = need(NeedKind::Tutoring, Strength::Required, Mode::Either, 60);
    let support = need(NeedKind::PsychologicalSupport, Strength::Wished, Mode::InPerson, 60);
    let homework = Need { subject: Some(Subject::Homework), grade: None, ..lessons.clone() };
    let activities = need(NeedKind::Activities, Strength::Wished, Mode::InPerson, 30);
    dice.any(&[
        vec![visit.clone()],
        vec![visit.clone()],
        vec![visit.clone(), activities],
        vec![visit.clone(), call.clone()],
        vec![Need { mode: Mode::InPerson, ..call.clone() }],
        vec![lessons, visit.clone()],
        vec![Need { mode: Mode::Remote, minutes_per_week: 150, ..visit.clone() }, support.clone()],
        vec![support, Need { strength: Strength::Wished, ..homework }, call.clone()],
        vec![call],
        Vec::new(),
    ])
    .into()
}

fn parents(dice: &mut Dice<'_>) -> Parents {
    let all = None;
    Parents {
        standing: dice.rarely(&[
            ParentStanding::Free,
            ParentStanding::Unknown,
            ParentStanding::Detained,
            ParentStanding::Absent,
            ParentStanding::ProtectionOrder,
        ]),
        availability: hours(dice.any(&[
            &[(all, Site::Home, 5, 540, 720)][..],
            &[(all, Site::Home, 5, 660, 720), (all, Site::Home, 4, 1380, 240)],
            &[(all, Site::Home, 5, 0, 360)],
        ])),
        utc_offset_min: dice.any(&[480, 480, 540, 120, -210]),
        home: None,
    }
}

fn child(number: usize, dice: &mut Dice<'_>) -> Child {
    let (all, festival) = (None, Some(Season::SpringFestival));
    let saturday = (all, Site::Home, 5, 540, 720);
    Child {
        id: ChildId::new(format!("C{number}")),
        name: Private::new("甲某某"),
        id_number: None,
        phone: None,
        sex: dice.any(&[Sex::Male, Sex::Female]),
        // On the day of the run: 11, 7, 16, 8 since today, 7 until tomorrow.
        birth: dice.any(&[
            date(2015, 5, 1),
            date(2019, 6, 1),
            date(2010, 11, 24),
            date(2018, 11, 24),
            date(2018, 11, 25),
        ]),
        categories: dice.any(&[
            vec![Category::LeftBehind],
            vec![Category::DeFactoUnattended],
            vec![Category::Orphan, Category::InDifficulty],
        ]),
        risk: Risk {
            level: dice.any(&[RiskLevel::Low, RiskLevel::Medium, RiskLevel::High]),
            assessed_on: None,
        },
        living_alone: dice.rarely(&[false, true]),
        nobody_home_for_festival: dice.rarely(&[false, true]),
        household: dice.any(&[None, None, Some("H1"), Some("H1"), Some("H2")]).map(HouseholdId::new),
        guardian: Private::new("乙某某"),
        legal_basis: Some(LegalBasis::GuardianConsent),
        consent: PairingConsent {
            answer: dice.rarely(&[Answer::Yes(None), Answer::Unknown, Answer::No]),
            giver: dice.rarely(&[
                ConsentGiver::Guardian,
                ConsentGiver::CarerWithAgreement,
                ConsentGiver::CarerAlone,
            ]),
        },
        wish: dice.rarely(&[Answer::Yes(None), Answer::Unknown, Answer::No]),
        languages: languages(dice),
        previous_volunteers: dice.rarely(&[
            vec![],
            vec![VolunteerId::new("V0")],
            vec![VolunteerId::new("V1")],
        ]),
        excluded_volunteers: dice.rarely(&[
            vec![],
            vec![VolunteerId::new("V0")],
            vec![VolunteerId::new("V2")],
        ]),
        needs: needs(dice),
        availability: hours(dice.any(&[
            &[saturday][..],
            &[saturday, (all, Site::School, 2, 1020, 1110)],
            &[(all, Site::CommunitySite, 5, 540, 660), (all, Site::School, 5, 660, 750)],
            &[saturday, (festival, Site::ParentsCity, 5, 540, 720)],
            &[(all, Site::Home, 5, 600, 630), (festival, Site::Home, 5, 540, 720)],
        ])),
        parents: parents(dice),
        call_device: dice.any(&[
            CallDevice::Home,
            CallDevice::School,
            CallDevice::CommunitySite,
            CallDevice::None,
        ]),
        place: place(dice),
        school: dice.any(&[false, true]).then(|| place(dice)),
        flags: Vec::new(),
        source: SourceRow::default(),
    }
}
