//! The `jiedui` command.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
#[cfg(feature = "server")]
use jiedui::cli::{audit, backup, doctor, invite, keys, restore, serve, worker};
use jiedui::cli::{
    compare, evaluate, explain, frontier, generate, r#match, recruit, repair, roster, solve, stop, template,
    verify, whatif,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// 结对 / Pairs volunteers one-to-one with children who need them
#[derive(Debug, Parser)]
#[command(name = "jiedui", version)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    #[cfg(feature = "server")]
    Audit(audit::AuditArguments),
    #[cfg(feature = "server")]
    Backup(backup::BackupArguments),
    Compare(compare::CompareArguments),
    #[cfg(feature = "server")]
    Doctor(doctor::DoctorArguments),
    Evaluate(evaluate::EvaluateArguments),
    Explain(explain::ExplainArguments),
    Frontier(frontier::FrontierArguments),
    Generate(generate::GenerateArguments),
    #[cfg(feature = "server")]
    Invite(invite::InviteArguments),
    #[cfg(feature = "server")]
    Keys(keys::KeysArguments),
    Match(r#match::MatchArguments),
    Recruit(recruit::RecruitArguments),
    Repair(repair::RepairArguments),
    #[cfg(feature = "server")]
    Restore(restore::RestoreArguments),
    Roster(roster::RosterArguments),
    #[cfg(feature = "server")]
    Serve(serve::ServeArguments),
    Solve(solve::SolveArguments),
    Template(template::TemplateArguments),
    Verify(verify::VerifyArguments),
    Whatif(whatif::WhatIfArguments),
    #[cfg(feature = "server")]
    Worker(worker::WorkerArguments),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().verb {
        #[cfg(feature = "server")]
        Verb::Audit(arguments) => audit::run(&arguments),
        #[cfg(feature = "server")]
        Verb::Backup(arguments) => backup::run(&arguments),
        Verb::Compare(arguments) => compare::run(&arguments),
        #[cfg(feature = "server")]
        Verb::Doctor(arguments) => doctor::run(&arguments),
        Verb::Evaluate(arguments) => evaluate::run(&arguments),
        Verb::Explain(arguments) => explain::run(&arguments),
        Verb::Frontier(arguments) => frontier::run(&arguments),
        Verb::Generate(arguments) => generate::run(&arguments),
        #[cfg(feature = "server")]
        Verb::Invite(arguments) => invite::run(&arguments),
        #[cfg(feature = "server")]
        Verb::Keys(arguments) => keys::run(&arguments),
        Verb::Match(arguments) => r#match::run(&arguments),
        Verb::Recruit(arguments) => recruit::run(&arguments),
        Verb::Repair(arguments) => repair::run(&arguments),
        #[cfg(feature = "server")]
        Verb::Restore(arguments) => restore::run(&arguments),
        Verb::Roster(arguments) => roster::run(&arguments),
        #[cfg(feature = "server")]
        Verb::Serve(arguments) => serve::run(&arguments),
        Verb::Solve(arguments) => solve::run(&arguments),
        Verb::Template(arguments) => template::run(&arguments),
        Verb::Verify(arguments) => verify::run(&arguments),
        Verb::Whatif(arguments) => whatif::run(&arguments),
        #[cfg(feature = "server")]
        Verb::Worker(arguments) => worker::run(&arguments),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("{error:#}");
        ExitCode::from(if error.is::<stop::Cancelled>() { stop::STATUS } else { 2 })
    })
}
