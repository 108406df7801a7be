//! Whoever runs the instance, as the record names them.

/// By which way somebody acts who runs the instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operator {
    /// At the command line, under this name of the system where it is known.
    CommandLine(Option<String>),
    /// By the operator token.
    Token,
    /// By the address at which the instance is set up.
    SetUp,
}

const COMMAND_LINE: &str = "command line";
const TOKEN: &str = "operator token";
const SET_UP: &str = "set-up address";

impl Operator {
    /// The name in the record.
    pub fn label(&self) -> String {
        match self {
            Self::CommandLine(None) => COMMAND_LINE.to_owned(),
            Self::CommandLine(Some(name)) => format!("{COMMAND_LINE} ({name})"),
            Self::Token => TOKEN.to_owned(),
            Self::SetUp => SET_UP.to_owned(),
        }
    }

    /// Reads the name in the record; any other is not one of ours.
    pub fn read(label: &str) -> Option<Self> {
        match label {
            COMMAND_LINE => Some(Self::CommandLine(None)),
            TOKEN => Some(Self::Token),
            SET_UP => Some(Self::SetUp),
            other => {
                let name = other.strip_prefix(COMMAND_LINE)?.strip_prefix(" (")?.strip_suffix(')')?;
                Some(Self::CommandLine(Some(name.to_owned())))
            }
        }
    }
}

impl From<Operator> for super::Actor {
    fn from(it: Operator) -> Self {
        Self::Operator { label: it.label() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_runs_the_instance_is_read_back_from_the_name_in_the_record_and_nobody_else_is() {
        let named = Operator::CommandLine(Some("root (of it)".to_owned()));
        for it in [Operator::CommandLine(None), named, Operator::Token, Operator::SetUp] {
            assert_eq!(Operator::read(&it.label()), Some(it));
        }

        for other in ["", "Command line", "command line(root)", "command line (root", "ada", "test"] {
            assert_eq!(Operator::read(other), None, "{other}");
        }
    }
}
