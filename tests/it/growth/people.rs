//! Random people made straight into the model: as many as are wanted, everything that a search looks at, papers in order.
//! Used by the tests of growth and by its bench.

use jiedui::input::policy;
use jiedui::model::availability::{Availability, AvailabilityRow};
use jiedui::model::child::{
    Answer, CallDevice, Category, Child, ConsentGiver, LegalBasis, PairingConsent, ParentStanding, Parents,
    Risk, RiskLevel, Sex,
};
use jiedui::model::instance::{RunDates, SourceRow};
use jiedui::model::location::{Datum, Precision};
use jiedui::model::need::{Grade, Mode, Need, NeedKind, Strength, Subject};
use jiedui::model::policy::{Assignment, CoverageMode};
use jiedui::model::volunteer::{
    Adult, Language, Limits, Qualification, Reach, Screening, ScreeningKind, ScreeningResult, Skill,
    UnitKind, Volunteer,
};
use jiedui::model::{
    ChildId, HouseholdId, Instance, Location, Period, Place, Policy, Private, RegionCode, Site, VolunteerId,
    WeekMask,
};
use jiff::civil::date;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The balanced policy, with what growth must be exact under made to vary.
pub(crate) fn policy_of(seed: u64) -> Policy {
    let mut dice = Dice(ChaCha8Rng::seed_from_u64(seed ^ 0x706f_6c69));
    let text = policy::preset(policy::DEFAULT_PRESET).expect("the preset exists");
    let mut policy = policy::parse(text, "balanced").expect("the preset is sound").policy;
    if seed == 0 {
        return policy;
    }
    policy.coverage =
        dice.pick(&[CoverageMode::Lexicographic, CoverageMode::Lexicographic, CoverageMode::Priced]);
    policy.exchange.further_household_min = dice.pick(&[20, 0, 7]);
    policy.needs[NeedKind::Tutoring.index()].assignment =
        dice.pick(&[Assignment::Scored, Assignment::Service, Assignment::Lead]);
    policy.travel.round_up_min = dice.pick(&[5, 1]);
    policy
}

/// Draws.
pub(crate) struct Dice(pub(crate) ChaCha8Rng);

impl Dice {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0.random_range(0..end)
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

fn hours(dice: &mut Dice) -> Availability {
    let mut week = WeekMask::EMPTY;
    for (day, start, end) in [(5, 540, 720), (6, 540, 690), (2, 1020, 1110), (6, 840, 900)] {
        if dice.percent(80) {
            week.insert_stretch(day, start, end);
        }
    }
    Availability {
        rows: vec![AvailabilityRow { season: None, site: Site::Home, week }].into(),
        assumed: false,
    }
}

/// A place somewhere in two small towns and between them.
fn place(dice: &mut Dice) -> Place {
    let (town, spread) = dice.pick(&[(0.0, 4), (0.0, 4), (0.25, 4), (0.0, 40)]);
    at(29.5 + town + dice.below(spread) as f64 * 0.01, 109.4 + dice.below(spread) as f64 * 0.01)
}

/// A place.
pub(crate) fn at(latitude_deg: f64, longitude_deg: f64) -> Place {
    Place {
        region: RegionCode::parse("990101101201").expect("twelve digits"),
        township: "甲镇".into(),
        village: "东村".into(),
        location: Location::new(latitude_deg, longitude_deg).expect("on the earth"),
        precision: Precision::Exact,
        source_datum: Datum::Wgs84,
    }
}

fn languages(dice: &mut Dice) -> Vec<Language> {
    let names =
        dice.pick(&[vec!["普通话"], vec!["西南官话", "普通话"], vec!["土家语", "普通话"], vec!["普通话"]]);
    names.into_iter().map(|name| Language(name.into())).collect()
}

fn need(kind: NeedKind, strength: Strength, mode: Mode, minutes_per_week: u16) -> Need {
    Need { kind, subject: None, grade: None, strength, mode, minutes_per_week, weight_percent: 100 }
}

fn needs(dice: &mut Dice) -> Vec<Need> {
    let visit = need(NeedKind::Companionship, Strength::Required, Mode::InPerson, 60);
    let wished_visit = Need { strength: Strength::Wished, ..visit.clone() };
    let call = need(NeedKind::VideoCall, Strength::Required, Mode::Remote, 30);
    let lessons = Need {
        subject: Some(dice.pick(&[Subject::Mathematics, Subject::Chemistry])),
        grade: Some(Grade(dice.pick(&[3, 8]))),
        ..need(NeedKind::Tutoring, Strength::Wished, Mode::Either, 60)
    };
    let support = need(NeedKind::PsychologicalSupport, Strength::Required, Mode::Either, 60);
    dice.pick(&[
        vec![visit.clone()],
        vec![visit.clone(), lessons.clone()],
        vec![visit.clone(), call.clone()],
        vec![visit, support.clone()],
        vec![lessons.clone()],
        vec![call.clone(), lessons.clone()],
        vec![wished_visit, support],
        vec![call],
    ])
}

/// A child of a number, somewhere, with needs of some kind.
pub(crate) fn child(dice: &mut Dice, number: usize) -> Child {
    Child {
        id: ChildId::new(format!("C{number}")),
        name: Private::new("示例"),
        id_number: None,
        phone: None,
        sex: dice.pick(&[Sex::Female, Sex::Male]),
        birth: date(2010 + dice.below(11) as i16, 3, 1),
        categories: vec![Category::LeftBehind],
        risk: Risk {
            level: dice.pick(&[RiskLevel::Low, RiskLevel::Low, RiskLevel::Medium, RiskLevel::High]),
            assessed_on: None,
        },
        living_alone: dice.percent(10),
        nobody_home_for_festival: dice.percent(10),
        household: dice.percent(25).then(|| HouseholdId::new(format!("H{}", number / 3))),
        guardian: Private::new("示例"),
        legal_basis: Some(LegalBasis::GuardianConsent),
        consent: PairingConsent {
            answer: if dice.percent(97) { Answer::Yes(None) } else { Answer::Unknown },
            giver: ConsentGiver::Guardian,
        },
        wish: Answer::Yes(None),
        languages: languages(dice).into(),
        previous_volunteers: Vec::new(),
        excluded_volunteers: Vec::new(),
        needs: needs(dice).into(),
        availability: hours(dice),
        parents: Parents {
            standing: ParentStanding::Free,
            availability: hours(dice),
            utc_offset_min: 480,
            home: None,
        },
        call_device: dice.pick(&[CallDevice::Home, CallDevice::Home, CallDevice::Home, CallDevice::None]),
        place: place(dice),
        school: dice.percent(20).then(|| place(dice)),
        flags: Vec::new(),
        source: SourceRow(0),
    }
}

fn adult(dice: &mut Dice) -> Adult {
    Adult {
        name: Private::new("示例"),
        id_number: None,
        phone: None,
        sex: if dice.percent(80) { Sex::Female } else { Sex::Male },
        birth: date(1980, 3, 1),
        query_consent: Answer::Yes(None),
        screening: Some(Screening {
            kind: ScreeningKind::Employment,
            result: ScreeningResult::Passed,
            authority: "示例公安局".into(),
            checked_on: Some(date(2026, 9, 10)),
            valid_through: None,
            reference: Private::new("示例"),
        }),
        training: if dice.percent(95) { Answer::Yes(None) } else { Answer::Unknown },
        agreement: Answer::Yes(None),
        held: false,
        source: SourceRow(0),
    }
}

fn skills(dice: &mut Dice) -> Vec<Skill> {
    let skill = |kind, subject, up_to_grade: Option<u8>, qualification| Skill {
        kind,
        subject,
        up_to_grade: up_to_grade.map(Grade),
        qualification,
    };
    let held = Some(Qualification { title: "社会工作者".to_owned(), valid_through: None });
    dice.pick(&[
        Vec::new(),
        vec![skill(NeedKind::Tutoring, None, None, None)],
        vec![skill(NeedKind::Tutoring, Some(Subject::Chemistry), Some(6), None)],
        vec![skill(NeedKind::PsychologicalSupport, None, None, held)],
    ])
}

/// A volunteer of a number, somewhere.
pub(crate) fn volunteer(dice: &mut Dice, number: usize) -> Volunteer {
    Volunteer {
        id: VolunteerId::new(format!("V{number}")),
        unit: UnitKind::Person,
        team: "".into(),
        adults: vec![adult(dice)],
        kinds: Vec::new(),
        capacity: dice.pick(&[1, 1, 1, 2, 3]),
        service_capacity: dice.pick(&[0, 1, 2]),
        limits: Limits {
            min_age: dice.percent(10).then_some(8),
            max_siblings: dice.percent(20).then_some(1),
            settings: if dice.percent(10) { vec![Site::School] } else { Vec::new() },
            ..Limits::default()
        },
        committed_through: None,
        skills: skills(dice).into(),
        reach: dice.pick(&[
            Reach::Default,
            Reach::Kilometers(12.0),
            Reach::Kilometers(30.0),
            Reach::Minutes(45),
        ]),
        availability: hours(dice),
        languages: languages(dice).into(),
        region_scope: None,
        place: place(dice),
        flags: Vec::new(),
        source: SourceRow(0),
    }
}

/// People without a history.
pub(crate) fn instance(children: Vec<Child>, volunteers: Vec<Volunteer>) -> Instance {
    Instance {
        children,
        volunteers,
        existing_pairs: Vec::new(),
        replies: Vec::new(),
        quarantined: Vec::new(),
        dates: RunDates {
            today: date(2026, 11, 24),
            period: Period::new(date(2026, 12, 1), date(2027, 3, 31)).expect("not empty"),
        },
    }
}
