//! Words of concerns.

use crate::http::v1::people::words::words;

words! {
    /// What is feared. The first ones are those of the rules on mandatory reporting.
    ConcernKind {
        /// Sexual abuse, or signs of it.
        SexualAbuse "sexual_abuse",
        /// Violence against the child.
        Violence "violence",
        /// A grave injury, self-harm or a suicide attempt.
        GraveInjury "grave_injury",
        /// Nobody looks after the child, or it is abandoned.
        Unattended "unattended",
        /// Neglect: food, health, school.
        Neglect "neglect",
        /// Trafficking, forced begging or labour.
        Trafficking "trafficking",
        /// Harm by telephone or internet.
        Online "online",
        /// A volunteer keeps to no rule of contact: alone, overnight, presents, secrets.
        Boundary "boundary",
        /// Another danger.
        Other "other",
    }
}

words! {
    /// How bad it is.
    Severity {
        /// A child is in danger now.
        Emergency "emergency",
        /// Harm was done, or is likely.
        Serious "serious",
        /// Something is not right.
        Worrying "worrying",
    }
}

words! {
    /// Who the subject is: of whom something is feared.
    SubjectKind {
        /// A volunteer.
        Volunteer "volunteer",
        /// Somebody who works with an account here.
        Staff "staff",
        /// The guardian.
        Guardian "guardian",
        /// Somebody else of the household.
        Household "household",
        /// Another child.
        Child "child",
        /// Somebody else.
        Other "other",
        /// Nobody knows, or nobody is to blame.
        Unknown "unknown",
    }
}

words! {
    /// In whose name it is reported.
    ReporterKind {
        /// In her own.
        Myself "myself",
        /// The child's.
        Child "child",
        /// The guardian's or carer's.
        Guardian "guardian",
        /// A neighbour's.
        Neighbour "neighbour",
        /// A teacher's or doctor's.
        Professional "professional",
        /// Somebody else's.
        Other "other",
        /// Somebody's who gives no name.
        Anonymous "anonymous",
    }
}

words! {
    /// How it was said.
    ConcernChannel {
        /// Written here.
        Web "web",
        /// By phone.
        Phone "phone",
        /// Face to face.
        InPerson "in_person",
        /// On paper.
        Paper "paper",
    }
}

words! {
    /// What was done.
    EntryKind {
        /// A note.
        Note "note",
        /// Somebody spoke with the child.
        SpokeWithChild "spoke_with_child",
        /// Somebody spoke with the guardian or carer.
        SpokeWithGuardian "spoke_with_guardian",
        /// Somebody went there.
        Visit "visit",
        /// The police were called.
        Police "police",
        /// A doctor saw the child.
        Medical "medical",
        /// Evidence was secured; where it lies.
        Evidence "evidence",
        /// Help was arranged.
        Help "help",
    }
}

words! {
    /// How it ended.
    Outcome {
        /// It was so, and the child is safe now.
        Confirmed "confirmed",
        /// It was not so.
        Unfounded "unfounded",
        /// It could not be found out.
        Inconclusive "inconclusive",
        /// Police, civil affairs or a court go on with it.
        Referred "referred",
    }
}
