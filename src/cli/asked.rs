//! What every verb that asks a plan has in common: the audience, the language, text or JSON.

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::inputs::{People, PlanArguments, prepare};
use super::threads;
use crate::explanation::{Audience, Language, LoadedPlan};
use crate::pipeline::{Posed, pose};
use crate::plan::folder::held::held;
use crate::plan::folder::read::Folder;

/// Version of the shape in which answers are written as JSON.
pub const FORMAT: &str = "jiedui-answer/1";

/// For whom an answer is written, and how.
#[derive(Clone, Copy, Debug, Args)]
pub struct AnswerArguments {
    /// 给谁看 / For whom
    #[arg(long, value_enum, default_value = "coordinator", value_name = "WHO")]
    audience: AudienceArgument,
    /// 语言：zh 或 en / Language: zh or en
    #[arg(long, value_enum, default_value = "zh", value_name = "LANGUAGE")]
    lang: LanguageArgument,
    /// 输出 JSON（格式见 docs/EXPLANATIONS.md）/ Write JSON, as docs/EXPLANATIONS.md describes it
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum AudienceArgument {
    /// 监护人
    Guardian,
    /// 志愿者
    Volunteer,
    /// 协调员
    Coordinator,
    /// 儿童保护督导
    Supervisor,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LanguageArgument {
    /// 中文
    Zh,
    /// English
    En,
}

/// An answer with its frame.
#[derive(Serialize)]
struct Framed<'a, Answer> {
    format: &'static str,
    question: &'a str,
    audience: Audience,
    answer: &'a Answer,
}

impl AnswerArguments {
    /// For whom.
    pub fn audience(self) -> Audience {
        match self.audience {
            AudienceArgument::Guardian => Audience::Guardian,
            AudienceArgument::Volunteer => Audience::Volunteer,
            AudienceArgument::Coordinator => Audience::Coordinator,
            AudienceArgument::Supervisor => Audience::Supervisor,
        }
    }

    /// In which language.
    pub fn language(self) -> Language {
        match self.lang {
            LanguageArgument::Zh => Language::Chinese,
            LanguageArgument::En => Language::English,
        }
    }

    /// Prints an answer, which must be reduced to the audience already: as JSON, or as the text that `render` makes of it.
    ///
    /// # Errors
    /// Those of writing JSON.
    pub fn print<Answer: Serialize>(
        self,
        question: &str,
        answer: &Answer,
        render: impl FnOnce(&Answer, Language) -> String,
    ) -> anyhow::Result<()> {
        if self.json {
            let framed = Framed { format: FORMAT, question, audience: self.audience(), answer };
            println!("{}", serde_json::to_string_pretty(&framed)?);
        } else {
            print!("{}", render(answer, self.language()));
        }
        Ok(())
    }
}

/// A plan that may be asked.
pub struct Asked<'a> {
    /// The folder.
    pub folder: &'a Folder,
    /// What leads, services and standing pairs there are to be.
    pub posed: &'a Posed,
    /// The lead pass.
    pub plan: &'a LoadedPlan<'a>,
    /// The people by their ids.
    pub people: People<'a>,
}

/// Reads a plan and its sheets and asks a question of them, on all threads.
///
/// # Errors
/// An unreadable folder, inputs that are not the plan's, a plan that is not proven; and those of the question.
pub fn ask<Answer>(
    arguments: &PlanArguments,
    question: impl FnOnce(&Asked<'_>) -> anyhow::Result<Answer>,
) -> anyhow::Result<Answer> {
    threads::begin(None)?;
    let (folder, loaded) = arguments.read()?;
    let prepared = prepare(&loaded, &folder);
    let posed = pose(&prepared)?;
    let held = held(&folder, &prepared, &posed.lead)?;
    let plan = LoadedPlan::new(&prepared, &posed.standing, &posed.lead, held)?;
    let people = People::of(&folder, &prepared)?;
    question(&Asked { folder: &folder, posed: &posed, plan: &plan, people })
}
