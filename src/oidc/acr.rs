//! Authentication contexts: how well it was proved who somebody is.
//!
//! **Invariant:** a context is named only when it was reached.

/// A context, named after the assurance level of NIST SP 800-63B; a later one says more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Acr {
    /// One factor.
    Aal1,
    /// Two factors.
    Aal2,
}

impl Acr {
    /// Every context.
    pub const ALL: [Self; 2] = [Self::Aal1, Self::Aal2];

    /// The context that was reached with as many factors.
    pub const fn reached(is_multi_factor: bool) -> Self {
        if is_multi_factor { Self::Aal2 } else { Self::Aal1 }
    }

    /// The name as it goes over the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aal1 => "aal1",
            Self::Aal2 => "aal2",
        }
    }

    /// The context with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|acr| acr.as_str() == name)
    }
}
