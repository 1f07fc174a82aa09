//! One file per verb. Client verbs speak gRPC only; check also uses the core.
