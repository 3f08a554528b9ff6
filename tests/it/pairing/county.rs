//! A small random county, built from a seed straight into the model.

use jiedui::input::policy;
use jiedui::model::availability::{Availability, AvailabilityRow};
use jiedui::model::child::{
    Answer, CallDevice, Category, Child, ConsentGiver, LegalBasis, PairingConsent, ParentStanding, Parents,
    Risk, RiskLevel, Sex,
};
use jiedui::model::instance::{RunDates, SourceRow};
use jiedui::model::location::{Datum, Precision};
use jiedui::model::need::{Grade, Mode, Need, NeedKind, Strength, Subject};
use jiedui::model::volunteer::{
    Adult, Language, Limits, Reach, Screening, ScreeningKind, ScreeningResult, Skill, UnitKind, Volunteer,
};
use jiedui::model::{
    ChildId, HouseholdId, Instance, Location, Period, Place, Policy, Private, RegionCode, Site, VolunteerId,
    WeekMask,
};
use jiff::civil::date;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub(super) fn policy() -> Policy {
    let text = policy::preset(policy::DEFAULT_PRESET).unwrap();
    policy::parse(text, "balanced").unwrap().policy
}

/// Draws of one county. In three of four counties all papers are in order, so that volunteers are competed for; in the
/// fourth anything may be missing.
pub(super) struct Dice {
    random: ChaCha8Rng,
    papers_missing: bool,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: ChaCha8Rng::seed_from_u64(seed), papers_missing: seed.is_multiple_of(4) }
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        self.random.random_range(0..end)
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }

    fn answer(&mut self) -> Answer {
        if !self.papers_missing {
            return Answer::Yes(None);
        }
        match self.below(12) {
            0 => Answer::Unknown,
            1 => Answer::No,
            _ => Answer::Yes(None),
        }
    }
}

fn hours(dice: &mut Dice) -> Availability {
    let mut week = WeekMask::EMPTY;
    for (day, start, end) in [(5, 540, 720), (6, 540, 690), (2, 1020, 1110), (6, 840, 900)] {
        if dice.percent(90) {
            week.insert_stretch(day, start, end);
        }
    }
    Availability { rows: vec![AvailabilityRow { season: None, site: Site::Home, week }], assumed: false }
}

fn place(dice: &mut Dice) -> Place {
    let step = dice.below(6) as f64;
    let code = dice.pick(&["422827100001", "422827101001"]);
    Place {
        region: RegionCode::parse(code).unwrap(),
        township: "甲镇".to_owned(),
        village: dice.pick(&["东村", "西村"]).to_owned(),
        location: Location::new(29.5 + step * 0.05, 109.4).unwrap(),
        precision: Precision::Exact,
        source_datum: Datum::Wgs84,
    }
}

fn languages(dice: &mut Dice) -> Vec<Language> {
    dice.pick(&[vec!["普通话"], vec!["西南官话", "普通话"], vec!["土家语", "普通话"], vec!["普通话"]])
        .into_iter()
        .map(|name| Language(name.into()))
        .collect()
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

fn child(dice: &mut Dice, number: usize) -> Child {
    let mut needs = vec![need(NeedKind::Companionship, Strength::Required, Mode::InPerson, 60)];
    if dice.percent(40) {
        needs.push(need(NeedKind::VideoCall, Strength::Required, Mode::Remote, 30));
    }
    if dice.percent(40) {
        needs.push(need(NeedKind::Tutoring, Strength::Wished, Mode::Either, 60));
    }
    Child {
        id: ChildId::new(format!("C{number}")),
        name: Private::new("示例"),
        id_number: None,
        phone: None,
        sex: dice.pick(&[Sex::Female, Sex::Male]),
        birth: date(2010 + dice.below(11) as i16, 3, 1),
        categories: vec![dice.pick(&Category::ALL)],
        risk: Risk {
            level: dice.pick(&[RiskLevel::Low, RiskLevel::Low, RiskLevel::Medium, RiskLevel::High]),
            assessed_on: None,
        },
        living_alone: dice.percent(10),
        nobody_home_for_festival: dice.percent(10),
        household: dice.percent(50).then(|| HouseholdId::new(dice.pick(&["H1", "H2"]))),
        guardian: Private::new("示例"),
        legal_basis: Some(LegalBasis::GuardianConsent),
        consent: PairingConsent {
            answer: dice.answer(),
            giver: if dice.papers_missing && dice.percent(25) {
                ConsentGiver::CarerAlone
            } else {
                dice.pick(&[ConsentGiver::Guardian, ConsentGiver::CarerWithAgreement])
            },
        },
        wish: dice.answer(),
        languages: languages(dice),
        previous_volunteers: if dice.percent(20) { vec![VolunteerId::new("V0")] } else { Vec::new() },
        excluded_volunteers: if dice.percent(15) { vec![VolunteerId::new("V1")] } else { Vec::new() },
        needs,
        availability: hours(dice),
        parents: Parents {
            standing: dice.pick(&[
                ParentStanding::Free,
                ParentStanding::Free,
                ParentStanding::Unknown,
                ParentStanding::Detained,
            ]),
            availability: hours(dice),
            utc_offset_min: dice.pick(&[480, 480, 540]),
            home: None,
        },
        call_device: dice.pick(&[CallDevice::Home, CallDevice::Home, CallDevice::None]),
        place: place(dice),
        school: None,
        flags: Vec::new(),
        source: SourceRow(0),
    }
}

fn adult(dice: &mut Dice) -> Adult {
    let mut screening = Screening {
        kind: ScreeningKind::Employment,
        result: ScreeningResult::Passed,
        authority: "示例公安局".to_owned(),
        checked_on: Some(date(2026, 9, 10)),
        valid_through: None,
        reference: Private::new("示例"),
    };
    if dice.papers_missing {
        screening.checked_on = Some(date(2026, 1 + dice.below(11) as i8, 10));
        match dice.below(12) {
            0 => screening.kind = ScreeningKind::NoConviction,
            1 => screening.result = ScreeningResult::Barred,
            2 => screening.result = ScreeningResult::Pending,
            3 => screening.reference = Private::new(""),
            _ => {}
        }
    }
    Adult {
        name: Private::new("示例"),
        id_number: None,
        phone: None,
        sex: if dice.percent(80) { Sex::Female } else { Sex::Male },
        birth: date(if dice.papers_missing && dice.percent(5) { 2010 } else { 1980 }, 3, 1),
        query_consent: dice.answer(),
        screening: (!dice.papers_missing || dice.percent(95)).then_some(screening),
        training: dice.answer(),
        agreement: dice.answer(),
        held: dice.papers_missing && dice.percent(4),
        source: SourceRow(0),
    }
}

fn volunteer(dice: &mut Dice, number: usize) -> Volunteer {
    let adults = if dice.percent(80) { 1 } else { 2 };
    Volunteer {
        id: VolunteerId::new(format!("V{number}")),
        unit: UnitKind::Person,
        team: String::new(),
        adults: (0..adults).map(|_| adult(dice)).collect(),
        kinds: Vec::new(),
        capacity: dice.below(4) as u32,
        service_capacity: 0,
        limits: Limits {
            min_age: dice.percent(20).then_some(8),
            max_age: dice.percent(20).then_some(14),
            sex: dice.percent(10).then_some(Sex::Female),
            max_siblings: dice.percent(40).then_some(2),
            minutes_per_week: dice.percent(10).then_some(60),
            excluded_villages: if dice.percent(10) { vec!["西村".to_owned()] } else { Vec::new() },
            ..Limits::default()
        },
        committed_through: dice.pick(&[
            None,
            None,
            Some(date(2026, 12, 1)),
            Some(date(2027, 2, 1)),
            Some(date(2028, 1, 1)),
        ]),
        skills: if dice.percent(50) {
            vec![Skill { kind: NeedKind::Tutoring, subject: None, up_to_grade: None, qualification: None }]
        } else {
            Vec::new()
        },
        reach: dice.pick(&[
            Reach::Default,
            Reach::Kilometers(12.0),
            Reach::Kilometers(30.0),
            Reach::Minutes(45),
        ]),
        availability: hours(dice),
        languages: languages(dice),
        region_scope: dice.percent(20).then(|| RegionCode::parse("422827100").unwrap()),
        place: place(dice),
        flags: Vec::new(),
        source: SourceRow(0),
    }
}

/// Up to six children and four volunteer units.
pub(super) fn county(seed: u64) -> Instance {
    let mut dice = Dice::new(seed);
    let (children, volunteers) = (1 + dice.below(6), 1 + dice.below(4));
    Instance {
        children: (0..children).map(|number| child(&mut dice, number)).collect(),
        volunteers: (0..volunteers).map(|number| volunteer(&mut dice, number)).collect(),
        existing_pairs: Vec::new(),
        replies: Vec::new(),
        quarantined: Vec::new(),
        dates: RunDates {
            today: date(2026, 11, 24),
            period: Period::new(date(2026, 12, 1), date(2027, 3, 31)).unwrap(),
        },
    }
}

/// One more volunteer unit.
pub(super) fn with_another_volunteer(mut instance: Instance, seed: u64) -> Instance {
    let number = instance.volunteers.len();
    instance.volunteers.push(volunteer(&mut Dice::new(seed), number));
    instance
}
