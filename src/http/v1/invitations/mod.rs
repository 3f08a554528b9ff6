//! Invitations as those see them who got one.

pub(in crate::http) mod accept_invitation;
