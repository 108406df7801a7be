//! What stands in the way of a deed, by name, where naming the rule alone would leave somebody searching.

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
}

impl Obstacle {
    /// The name of the rule, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::SecondTeam { .. } => "second-team",
            Self::TeamOnProjects(_) => "team-assigned",
        }
    }
}
