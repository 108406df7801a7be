//! What stands in the way of a deed, by name, where naming the rule alone would leave somebody searching.

use super::team::quota::Excess;

/// Who or what stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// Somebody would be on two teams of one project.
    #[error("{person} is on the team {team} of the project {project} already; take them off it first")]
    SecondTeam {
        /// The user name.
        person: String,
        /// What the team is called.
        team: String,
        /// The project.
        project: String,
    },
    /// A team is on projects.
    #[error("this team is on projects: {}; take it off them first", .0.join(", "))]
    TeamOnProjects(Vec<String>),
    /// A team would use more than it may.
    #[error("this team may not use that much: {}", excesses(.0))]
    OverQuota(Vec<Excess>),
}

impl Obstacle {
    /// The name of the rule, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SecondTeam { .. } => "second-team",
            Self::TeamOnProjects(_) => "team-assigned",
            Self::OverQuota(_) => "over-quota",
        }
    }
}

fn excesses(all: &[Excess]) -> String {
    let each = |it: &Excess| format!("{} would be {}, and may be {}", it.of.word(), it.amount, it.most);
    all.iter().map(each).collect::<Vec<_>>().join("; ")
}
