//! The volunteers of a small random county.

use std::sync::Arc;

use jiedui::model::availability::Site;
use jiedui::model::child::{Answer, Category, Sex};
use jiedui::model::instance::SourceRow;
use jiedui::model::need::{Grade, Subject};
use jiedui::model::volunteer::{
    Adult, Limits, Qualification, Reach, Screening, ScreeningKind, ScreeningResult, Skill, UnitKind,
};
use jiedui::model::{NeedKind, Private, RegionCode, Season, Volunteer, VolunteerId};
use jiff::civil::date;

use super::people::{Dice, hours, languages, place};

fn adult(sexes: &[Sex], dice: &mut Dice<'_>) -> Adult {
    let yes = [Answer::Yes(None), Answer::Unknown, Answer::No];
    let screening = Screening {
        kind: dice.rarely(&[ScreeningKind::Employment, ScreeningKind::NoConviction]),
        result: dice.rarely(&[ScreeningResult::Passed, ScreeningResult::Barred, ScreeningResult::Pending]),
        authority: dice.rarely(&["示例公安局", ""]).into(),
        checked_on: dice.rarely(&[
            Some(date(2026, 9, 15)),
            Some(date(2026, 11, 25)),
            Some(date(2026, 6, 30)),
            Some(date(2026, 6, 29)),
            Some(date(2025, 6, 29)),
            None,
        ]),
        valid_through: dice.rarely(&[None, Some(date(2027, 6, 30)), Some(date(2027, 6, 29))]),
        reference: Private::new("示例1"),
    };
    Adult {
        name: Private::new("丙某某"),
        id_number: None,
        phone: None,
        sex: dice.any(sexes),
        birth: dice.rarely(&[date(1985, 3, 12), date(2008, 11, 24), date(2008, 11, 25)]),
        query_consent: dice.rarely(&yes),
        screening: dice.rarely(&[true, false]).then_some(screening),
        training: dice.rarely(&yes),
        agreement: dice.rarely(&yes),
        held: dice.rarely(&[false, true]),
        source: SourceRow::default(),
    }
}

fn limits(dice: &mut Dice<'_>) -> Limits {
    let region = |code| RegionCode::parse(code).expect("a division");
    Limits {
        min_age: dice.rarely(&[None, Some(8), Some(12)]),
        max_age: dice.rarely(&[None, Some(7), Some(11)]),
        sex: dice.rarely(&[None, Some(Sex::Female), Some(Sex::Male)]),
        settings: dice.rarely(&[
            vec![],
            vec![Site::School],
            vec![Site::CommunitySite],
            vec![Site::ParentsCity],
            vec![Site::Home, Site::School],
        ]),
        regions: dice.rarely(&[vec![], vec![region("990101101")], vec![region("990101102201")]]),
        excluded_villages: dice.rarely(&[vec![], vec!["西村".to_owned()]]),
        categories: dice.rarely(&[vec![], vec![Category::LeftBehind]]),
        minutes_per_week: dice.rarely(&[None, Some(60), Some(59)]),
        max_siblings: dice.any(&[None, None, Some(1), Some(2)]),
    }
}

fn skills(dice: &mut Dice<'_>) -> Arc<[Skill]> {
    let of = |kind, subject, up_to_grade, qualification| Skill { kind, subject, up_to_grade, qualification };
    let held = |valid_through| Some(Qualification { title: "社会工作者".to_owned(), valid_through });
    let lessons = |subject, grade: Option<u8>| of(NeedKind::Tutoring, subject, grade.map(Grade), None);
    dice.any(&[
        vec![lessons(None, None), of(NeedKind::PsychologicalSupport, None, None, held(None))],
        vec![lessons(Some(Subject::Mathematics), Some(5))],
        vec![lessons(Some(Subject::English), None), of(NeedKind::PsychologicalSupport, None, None, None)],
        vec![
            lessons(None, Some(4)),
            of(NeedKind::PsychologicalSupport, None, None, held(Some(date(2027, 6, 29)))),
        ],
        Vec::new(),
    ])
    .into()
}

pub(super) fn volunteer(number: usize, dice: &mut Dice<'_>) -> Volunteer {
    let mut adults = vec![adult(&[Sex::Female, Sex::Female, Sex::Male], dice)];
    if dice.any(&[false, false, false, true]) {
        adults.push(Adult { sex: dice.any(&[Sex::Female, Sex::Male]), ..adults[0].clone() });
    }
    let (all, festival) = (None, Some(Season::SpringFestival));
    let saturday = (all, Site::Home, 5, 540, 720);
    Volunteer {
        id: VolunteerId::new(format!("V{number}")),
        unit: UnitKind::Person,
        team: "".into(),
        adults,
        kinds: Vec::new(),
        capacity: dice.any(&[1, 1, 2, 3, 0]),
        service_capacity: dice.any(&[1, 0, 3]),
        limits: limits(dice),
        committed_through: dice.rarely(&[
            None,
            Some(date(2027, 12, 31)),
            Some(date(2026, 12, 15)),
            Some(date(2026, 12, 14)),
            Some(date(2026, 11, 23)),
        ]),
        skills: skills(dice),
        reach: dice.any(&[
            Reach::Default,
            Reach::Default,
            Reach::Kilometers(6.0),
            Reach::Minutes(20),
            Reach::Minutes(200),
            Reach::Kilometers(0.5),
        ]),
        availability: hours(dice.any(&[
            &[saturday][..],
            &[saturday],
            &[saturday, (all, Site::Home, 2, 960, 1140)],
            &[(all, Site::Home, 5, 570, 645)],
            &[saturday, (festival, Site::Home, 5, 600, 660)],
        ])),
        languages: languages(dice),
        region_scope: dice
            .rarely(&[None, Some("990101"), Some("990101101")])
            .map(|code| RegionCode::parse(code).expect("a division")),
        place: place(dice),
        flags: Vec::new(),
        source: SourceRow::default(),
    }
}
