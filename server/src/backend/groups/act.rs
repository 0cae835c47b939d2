//! Acting upon groups: setting their offsets, deleting offsets and whole groups, each with a preview before and an undo after.
//!
//! `preview` says what setting offsets would do, `apply` does it, `delete` deletes groups, `kept` reads what may be undone. What is
//! shared stands here: how a group is now, asked of its coordinator rather than of memory, and why it may not be touched. Rules are
//! `penstock_domain::group::reset`. Each act notes intent and outcome, keeps what it replaces before it begins, and is carried to its
//! end even where whoever asked has gone away.

pub mod apply;
pub mod delete;
pub mod kept;
pub mod preview;

use crate::{
    audit::Deed,
    backend::{Console, problems, sight::Sight},
};
use penstock_api::{AppError, context::RequestContext};
use penstock_auth::Authorised;
use penstock_domain::{
    access::{Resource, Right, Verb},
    group::{GroupKind, GroupState, reset},
    ids::{ClusterRef, GroupName},
    problem::{Problem, ProblemKind},
};
use penstock_kafka::Client;
use std::time::Duration;

/// Longest wait for one answer of a broker.
const PATIENCE: Duration = Duration::from_secs(8);
/// Members that a refusal names.
const NAMED: usize = 3;

/// A group as its coordinator tells it now.
#[derive(Clone, Debug)]
pub(super) struct Now {
    /// Its kind, as the newest list of groups has it.
    pub kind: GroupKind,
    /// Its state; a group that does not exist is dead.
    pub state: GroupState,
    /// How many members; `None` where the coordinator did not say.
    pub members: Option<u32>,
    /// Client ids of some of them.
    named: Vec<String>,
}

impl Now {
    /// Why its offsets may not be set.
    fn refusal(&self) -> Option<Problem> {
        let refusal = reset::allowed(self.kind, self.state, self.members).err()?;
        let problem = Problem::new(
            ProblemKind::Conflict,
            "Its offsets can’t be set now",
            refusal.words(),
        );
        Some(match self.remedy() {
            Some(remedy) => problem.with_remedy(remedy),
            None => problem,
        })
    }

    /// Why it can't be deleted.
    fn keeps(&self) -> Option<Problem> {
        let detail = match (self.state, self.members) {
            (GroupState::Empty | GroupState::Dead, _) => return None,
            (_, Some(1)) => "It has 1 active member.".to_owned(),
            (_, Some(members)) => format!("It has {members} active members."),
            (_, None) => "Whether it is empty is not known.".to_owned(),
        };
        let problem = Problem::new(
            ProblemKind::Conflict,
            "It can’t be deleted now",
            format!("{detail} Kafka deletes a group only while it is empty."),
        );
        Some(match self.remedy() {
            Some(remedy) => problem.with_remedy(remedy),
            None => problem,
        })
    }

    /// `Stop a, b and c first.`
    fn remedy(&self) -> Option<String> {
        let (last, others) = self.named.split_last()?;
        let more = usize::try_from(self.members?)
            .ok()?
            .saturating_sub(self.named.len());
        let names = match (others, more) {
            ([], 0) => last.clone(),
            (others, 0) => format!("{} and {last}", others.join(", ")),
            (_, more) => format!("{} and {more} more", self.named.join(", ")),
        };
        Some(format!("Stop {names} first."))
    }
}

/// A group that somebody may look at or act upon, with the way to its coordinator.
pub(super) struct Subject {
    /// The cluster.
    pub sight: Sight,
    /// Asks and acts.
    pub client: Client,
    /// Which group.
    pub group: GroupName,
    /// As it is.
    pub now: Now,
}

impl Subject {
    /// Asks its coordinator.
    pub(super) async fn find(sight: Sight, group: &GroupName) -> Result<Self, AppError> {
        let client = sight
            .client()
            .ok_or_else(|| problems::not_connected(&sight))?
            .clone();
        let (kind, state) = known(&sight, group);
        let now = ask(&client, group, kind, state).await?;
        Ok(Self {
            sight,
            client,
            group: group.clone(),
            now,
        })
    }

    /// Addresses of the brokers, for a command.
    pub(super) fn bootstrap(&self) -> String {
        bootstrap(&self.client)
    }
}

fn bootstrap(client: &Client) -> String {
    let addresses: Vec<String> = client
        .connection()
        .bootstrap
        .iter()
        .map(ToString::to_string)
        .collect();
    addresses.join(",")
}

/// Kind and state as the newest list has them. A group that is in no list is taken for one that was never there.
fn known(sight: &Sight, group: &GroupName) -> (GroupKind, GroupState) {
    let detail = sight.groups().and_then(|groups| groups.get(group.as_str()));
    detail.map_or((GroupKind::Unknown, GroupState::Dead), |detail| {
        (detail.row.kind, detail.row.state)
    })
}

async fn ask(
    client: &Client,
    group: &GroupName,
    kind: GroupKind,
    listed: GroupState,
) -> Result<Now, AppError> {
    let one = std::slice::from_ref(group);
    let node = client
        .coordinators(one, PATIENCE)
        .await
        .remove(group)
        .ok_or_else(AppError::internal)?
        .map_err(|error| problems::kafka(&error))?;
    let described = client
        .describe_groups(node, kind, one, PATIENCE)
        .await
        .map_err(|error| problems::kafka(&error))?;
    let Some((_, described)) = described.into_iter().next() else {
        // Streams groups can't be described: what the newest list says must do, and the coordinator has the last word.
        return Ok(Now {
            kind,
            state: listed,
            members: None,
            named: Vec::new(),
        });
    };
    Ok(match described.map_err(|error| problems::kafka(&error))? {
        None => Now {
            kind,
            state: GroupState::Dead,
            members: Some(0),
            named: Vec::new(),
        },
        Some(described) => Now {
            kind,
            state: described.state,
            members: u32::try_from(described.members.len()).ok(),
            named: described
                .members
                .into_iter()
                .take(NAMED)
                .map(|member| member.client)
                .collect(),
        },
    })
}

impl Console {
    /// Authorises an act on a group and opens its cluster.
    async fn may_act(
        &self,
        cx: &RequestContext,
        verb: Verb,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<(Authorised, Sight), AppError> {
        let right = self.right_on_group(verb, cluster, group);
        let grant = self.gate.authorise(cx, right).await?;
        if self.read_only {
            return Err(problems::read_only().into());
        }
        let sight = self.fleet.open(&grant, cluster)?;
        Ok((grant, sight))
    }

    /// Whether somebody may do `verb` to a group, for requests that can't be read.
    pub(crate) async fn may_group(
        &self,
        cx: &RequestContext,
        verb: Verb,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<(), AppError> {
        if verb.reads() {
            self.open_group(cx, cluster, group).await.map(drop)
        } else {
            self.may_act(cx, verb, cluster, group).await.map(drop)
        }
    }

    /// Why somebody who may see a group may not do `verb` to it; `None`: he may.
    async fn why_not(
        &self,
        cx: &RequestContext,
        verb: Verb,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Result<Option<Problem>, AppError> {
        let right = self.right_on_group(verb, cluster, group);
        Ok(match self.gate.may(cx, right.clone()).await? {
            None => Some(problems::forbidden(&right).into_problem()),
            Some(_) if self.read_only => Some(problems::read_only()),
            Some(_) => None,
        })
    }

    pub(super) fn right_on_group(
        &self,
        verb: Verb,
        cluster: &ClusterRef,
        group: &GroupName,
    ) -> Right {
        let reviewed_as = self.fleet.reviewed_as(cluster);
        Right::on_object(verb, Resource::Groups, &reviewed_as, group.as_str())
    }
}

fn deed(
    grant: &Authorised,
    cx: &RequestContext,
    verb: Verb,
    cluster: &ClusterRef,
    group: &GroupName,
) -> Deed {
    Deed {
        who: grant.identity().user.clone(),
        verb,
        resource: Resource::Groups,
        cluster: cluster.clone(),
        object: group.to_string(),
        request_id: cx.request_id.clone(),
    }
}

fn invalid(detail: impl Into<String>, field: &str) -> AppError {
    Problem::new(ProblemKind::Invalid, "This can’t be done", detail)
        .with_field(field)
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now(state: GroupState, members: Option<u32>, named: &[&str]) -> Now {
        Now {
            kind: GroupKind::Classic,
            state,
            members,
            named: named.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    #[test]
    fn who_holds_a_group_is_named() {
        let of = |members, named: &[&str]| {
            let now = now(GroupState::Stable, Some(members), named);
            now.refusal().unwrap().remedy.unwrap()
        };
        assert_eq!(of(1, &["a"]), "Stop a first.");
        assert_eq!(of(2, &["a", "b"]), "Stop a and b first.");
        assert_eq!(of(7, &["a", "b", "c"]), "Stop a, b, c and 4 more first.");
    }

    #[test]
    fn an_empty_group_keeps_nobody_from_it() {
        for state in [GroupState::Empty, GroupState::Dead] {
            let now = now(state, Some(0), &[]);
            assert_eq!((now.refusal(), now.keeps()), (None, None));
        }
        let unknown = now(GroupState::Unknown, None, &[]);
        assert!(unknown.refusal().is_some() && unknown.keeps().is_some());
    }
}
