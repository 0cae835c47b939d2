//! What to make of a principal: its state, and everything that is the matter with it, worst first.
//!
//! Pure: the server gathers [`Facts`] from resources and brokers. Rules of the user operator are those it was recorded with
//! (Strimzi 1.2.0): what is in Kafka without being declared goes at its next run, at most two minutes later.

use super::{
    credential::{Mechanism, ScramCredential},
    listener::{self, ConnectOutcome},
    quota::QuotaRow,
    state::UserState,
    words,
};
use crate::{
    acl::{
        Authorizer, Principal, Rule,
        declared::{self, DeclaredError},
        findings::{Names, findings},
    },
    advice::Advice,
    cluster::Listener,
    condition::{Readiness, ReadinessState},
    units,
    verdict::Severity,
};

/// What a cluster has for its users.
#[derive(Clone, Copy, Debug)]
pub struct ClusterFacts<'a> {
    /// Its listeners; `None` where they are not declared anywhere the console sees.
    pub listeners: Option<&'a [Listener]>,
    /// Who decides; `None` while the brokers have not told.
    pub authorizer: Option<&'a Authorizer>,
    /// Whether a user operator is deployed with it.
    pub user_operator: bool,
}

/// A KafkaUser.
#[derive(Clone, Debug)]
pub struct DeclaredFacts<'a> {
    /// What its conditions say.
    pub readiness: &'a Readiness,
    /// Whether it has the label of a cluster.
    pub labelled: bool,
    /// How it shows who it is.
    pub mechanism: Option<Mechanism>,
    /// Its rules.
    pub rules: Result<&'a [Rule], &'a DeclaredError>,
}

/// Everything about one principal.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// Which.
    pub principal: &'a Principal,
    /// Its resource.
    pub declared: Option<DeclaredFacts<'a>>,
    /// Its rules in force; `None` while the brokers have not told.
    pub rules: Option<&'a [Rule]>,
    /// Passwords that the brokers know; `None` as above.
    pub scram: Option<&'a [ScramCredential]>,
    /// Its quotas, declared and in force.
    pub quotas: &'a [QuotaRow],
    /// The resource's status is younger than what the brokers told: they accuse nobody until they are asked again.
    pub overtaken: bool,
}

/// Its state, and what is the matter, worst first.
pub fn judge(facts: &Facts<'_>, cluster: ClusterFacts<'_>) -> (UserState, Vec<Advice>) {
    let mut found = Vec::new();
    let state = match &facts.declared {
        None => live_only(facts, cluster, &mut found),
        Some(declared) if !declared.labelled => {
            found.push(not_handled(declared));
            UserState::NotHandled
        }
        Some(declared) => of_declared(facts, declared, cluster, &mut found),
    };
    rules(facts, cluster, &mut found);
    found.sort_by_key(|one| std::cmp::Reverse(one.severity));
    (state, found)
}

fn of_declared(
    facts: &Facts<'_>,
    declared: &DeclaredFacts<'_>,
    cluster: ClusterFacts<'_>,
    found: &mut Vec<Advice>,
) -> UserState {
    connects(declared, cluster, found);
    found.extend(declared.readiness.warnings.iter().map(|warning| Advice {
        severity: Severity::Warn,
        what: warning.trim_end_matches('.').to_owned(),
        then: None,
        yaml: None,
    }));
    let readiness = declared.readiness;
    match readiness.state {
        ReadinessState::NotReady => {
            let message = readiness.message.as_deref();
            found.push(words::explain(
                message.unwrap_or("the operator gives no reason"),
            ));
            UserState::InError
        }
        ReadinessState::Paused => UserState::Paused,
        ReadinessState::Unobserved => UserState::Pending,
        _ if readiness.stale || readiness.deleting => UserState::Pending,
        _ => match drift(facts, declared) {
            Some(finding) => {
                found.push(finding);
                UserState::Drifted
            }
            None => UserState::Managed,
        },
    }
}

fn not_handled(declared: &DeclaredFacts<'_>) -> Advice {
    let was_ready = declared.readiness.state == ReadinessState::Ready;
    Advice {
        severity: Severity::Bad,
        what: if was_ready {
            "Says Ready, but its cluster label is gone: Secret, password and rules were removed"
                .to_owned()
        } else {
            "No operator handles it: it has no label strimzi.io/cluster".to_owned()
        },
        then: Some(if was_ready {
            "To take the label away counts as deleting. Put it back, and the operator makes new credentials.".to_owned()
        } else {
            "Add the label with the cluster’s name.".to_owned()
        }),
        yaml: None,
    }
}

/// What the brokers have otherwise than declared.
fn drift(facts: &Facts<'_>, declared: &DeclaredFacts<'_>) -> Option<Advice> {
    if facts.overtaken {
        return None;
    }
    let mut parts = Vec::new();
    if let (Ok(rules), Some(live)) = (declared.rules, facts.rules) {
        let drift = declared::compare(rules, live);
        let count = |number: usize| units::count(number, "rule", "rules");
        if !drift.missing.is_empty() {
            parts.push(format!(
                "{} declared and not in force",
                count(drift.missing.len())
            ));
        }
        if !drift.extra.is_empty() {
            parts.push(format!(
                "{} in force and not declared",
                count(drift.extra.len())
            ));
        }
    }
    let wants_password = declared.mechanism.is_some_and(Mechanism::is_scram);
    if wants_password && facts.scram.is_some_and(<[_]>::is_empty) {
        parts.push("the brokers know no password".to_owned());
    }
    parts.extend(facts.quotas.iter().filter(|row| row.drifted()).map(quota));
    (!parts.is_empty()).then(|| Advice {
        severity: Severity::Warn,
        what: sentence(&parts.join("; ")),
        then: Some("The user operator puts it back at its next run, within 2 min.".to_owned()),
        yaml: None,
    })
}

fn quota(row: &QuotaRow) -> String {
    let words =
        |value: Option<f64>| value.map_or("no limit".to_owned(), |value| limit(&row.key, value));
    format!(
        "quota {} is {}, declared {}",
        row.key,
        words(row.in_force),
        words(row.declared)
    )
}

/// A quota's value with its unit.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a limit for people to read; a negative one is none"
)]
pub fn limit(key: &str, value: f64) -> String {
    if key.ends_with("byte_rate") {
        return format!("{}/s", units::bytes(value.max(0.0) as u64));
    }
    let number = if value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value}")
    };
    match key {
        "request_percentage" => format!("{number} %"),
        _ => format!("{number}/s"),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// A principal that no resource declares.
fn live_only(facts: &Facts<'_>, cluster: ClusterFacts<'_>, found: &mut Vec<Advice>) -> UserState {
    let name = facts.principal.name();
    let finding = |severity, what: &str, then: &str| Advice {
        severity,
        what: what.to_owned(),
        then: Some(then.to_owned()),
        yaml: None,
    };
    let has_anything = facts.rules.is_some_and(|rules| !rules.is_empty())
        || facts.scram.is_some_and(|scram| !scram.is_empty())
        || !facts.quotas.is_empty();
    // `SimpleAclOperator` leaves rules for these two alone.
    let kept = matches!(name, "*" | "ANONYMOUS");
    if kept && has_anything {
        found.push(match name {
            "*" => finding(
                Severity::Info,
                "Rules for everybody, whoever signs in",
                "No KafkaUser can declare them, and the user operator leaves them alone.",
            ),
            _ => finding(
                Severity::Info,
                "Everybody on a listener without sign-in is this user",
                "The user operator leaves it alone.",
            ),
        });
    } else if has_anything && cluster.user_operator {
        found.push(finding(
            Severity::Warn,
            "No KafkaUser declares it: the user operator removes it within 2 min",
            "Its password, rules and quotas go at the operator’s next run, unless its ignored-users pattern names it. Declare it to keep it.",
        ));
    } else if has_anything {
        found.push(finding(
            Severity::Info,
            "No KafkaUser declares it",
            "No user operator is deployed with the cluster, so that it stays as it is.",
        ));
    }
    UserState::LiveOnly
}

/// Whether any listener takes what it has to show.
fn connects(declared: &DeclaredFacts<'_>, cluster: ClusterFacts<'_>, found: &mut Vec<Advice>) {
    let (Some(mechanism), Some(listeners)) = (declared.mechanism, cluster.listeners) else {
        return;
    };
    let answers = listener::answers(listeners, &[mechanism]);
    let welcome = answers.iter().any(|answer| {
        matches!(
            answer.outcome,
            ConnectOutcome::Accepted | ConnectOutcome::Unknown
        )
    });
    if welcome || listeners.is_empty() {
        return;
    }
    let asked = if mechanism.is_scram() {
        "scram-sha-512"
    } else {
        "tls"
    };
    let port = free_port(listeners);
    found.push(Advice {
        severity: Severity::Bad,
        what: format!("No listener takes {}: it can’t sign in", mechanism.label()),
        then: Some("Add a listener that does to spec.kafka.listeners of the Kafka resource.".to_owned()),
        yaml: Some(format!(
            "- name: {}\n  port: {port}\n  type: internal\n  tls: true\n  authentication:\n    type: {asked}\n",
            if mechanism.is_scram() { "scram" } else { "mtls" }
        )),
    });
}

/// The first port from 9094 that no listener has; Strimzi keeps 9090 and 9091 for itself.
fn free_port(listeners: &[Listener]) -> i32 {
    (9094..=9199)
        .find(|port| {
            !listeners
                .iter()
                .any(|listener| listener.port == Some(*port))
        })
        .unwrap_or(9094)
}

/// What is the matter with its rules, declared ones before those in force.
fn rules(facts: &Facts<'_>, cluster: ClusterFacts<'_>, found: &mut Vec<Advice>) {
    let declared = facts.declared.as_ref().map(|declared| declared.rules);
    let rules = match declared {
        Some(Ok(rules)) => rules,
        Some(Err(error)) => {
            found.push(words::unreadable(error));
            return;
        }
        None => facts.rules.unwrap_or_default(),
    };
    if !rules.is_empty() && matches!(cluster.authorizer, Some(Authorizer::None)) {
        found.push(Advice {
            severity: Severity::Warn,
            what: "Its rules are not enforced: the cluster has no authorization".to_owned(),
            then: Some(
                "Whoever connects may do everything. Add this to spec.kafka of the Kafka resource."
                    .to_owned(),
            ),
            yaml: Some("authorization:\n  type: simple\n".to_owned()),
        });
    }
    // Without names: what matches nothing is said on the user's own page.
    let mistakes = findings(rules, Names::default());
    let mistakes = mistakes.iter().filter(|finding| finding.kind.is_mistake());
    found.append(&mut words::of_rules(mistakes));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        acl::{Effect, Operation, PatternType, ResourceType},
        user::quota::QuotaValue,
    };

    fn rule(name: &str, operation: Operation) -> Rule {
        Rule {
            principal: Principal::user("task-api"),
            resource_type: ResourceType::Topic,
            pattern_type: PatternType::Prefix,
            name: name.to_owned(),
            operation,
            effect: Effect::Allow,
            host: "*".to_owned(),
        }
    }

    fn readiness(state: ReadinessState, message: Option<&str>) -> Readiness {
        Readiness {
            state,
            reason: None,
            message: message.map(str::to_owned),
            warnings: Vec::new(),
            stale: false,
            deleting: false,
            last_write: None,
        }
    }

    struct Case {
        readiness: Readiness,
        labelled: bool,
        declared: Vec<Rule>,
        live: Option<Vec<Rule>>,
        scram: Option<Vec<ScramCredential>>,
        quotas: Vec<QuotaRow>,
        overtaken: bool,
    }

    impl Case {
        fn sound() -> Self {
            let rules = vec![rule("task-", Operation::Read)];
            Self {
                readiness: readiness(ReadinessState::Ready, None),
                labelled: true,
                declared: rules.clone(),
                live: Some(rules),
                scram: Some(vec![ScramCredential {
                    mechanism: Mechanism::ScramSha512,
                    iterations: 4096,
                }]),
                quotas: Vec::new(),
                overtaken: false,
            }
        }

        fn judge(&self) -> (UserState, Vec<Advice>) {
            let listeners = [Listener {
                name: "scram".to_owned(),
                kind: None,
                port: Some(9094),
                tls: true,
                authentication: Some("scram-sha-512".to_owned()),
                bootstrap: None,
                has_certificates: true,
            }];
            self.judge_on(&listeners)
        }

        fn judge_on(&self, listeners: &[Listener]) -> (UserState, Vec<Advice>) {
            let facts = Facts {
                principal: &Principal::user("task-api"),
                declared: Some(DeclaredFacts {
                    readiness: &self.readiness,
                    labelled: self.labelled,
                    mechanism: Some(Mechanism::ScramSha512),
                    rules: Ok(&self.declared),
                }),
                rules: self.live.as_deref(),
                scram: self.scram.as_deref(),
                quotas: &self.quotas,
                overtaken: self.overtaken,
            };
            let cluster = ClusterFacts {
                listeners: Some(listeners),
                authorizer: None,
                user_operator: true,
            };
            judge(&facts, cluster)
        }
    }

    #[test]
    fn what_is_as_declared_is_managed_and_nothing_is_the_matter() {
        let (state, found) = Case::sound().judge();
        assert_eq!(state, UserState::Managed);
        assert!(
            found.iter().all(|one| one.severity == Severity::Info),
            "{found:?}"
        );
    }

    #[test]
    fn each_difference_is_drift_until_the_brokers_are_too_old_to_tell() {
        let missing = Case {
            live: Some(Vec::new()),
            ..Case::sound()
        };
        let (state, found) = missing.judge();
        assert_eq!(state, UserState::Drifted);
        assert_eq!(found[0].what, "1 rule declared and not in force");
        let overtaken = Case {
            overtaken: true,
            ..missing
        };
        assert_eq!(overtaken.judge().0, UserState::Managed);
        let unknown = Case {
            live: None,
            scram: None,
            ..Case::sound()
        };
        assert_eq!(unknown.judge().0, UserState::Managed, "silence is no drift");
        let no_password = Case {
            scram: Some(Vec::new()),
            ..Case::sound()
        };
        assert_eq!(
            no_password.judge().1[0].what,
            "The brokers know no password"
        );
        let value = QuotaValue {
            key: "producer_byte_rate".to_owned(),
            value: 1_048_576.0,
        };
        let quota = Case {
            quotas: super::super::quota::compare(Some(&[value]), Some(&[])),
            ..Case::sound()
        };
        assert_eq!(
            quota.judge().1[0].what,
            "Quota producer_byte_rate is no limit, declared 1.00 MiB/s"
        );
    }

    #[test]
    fn a_lost_label_counts_as_deleted_whatever_the_status_says() {
        let lost = Case {
            labelled: false,
            ..Case::sound()
        };
        let (state, found) = lost.judge();
        assert_eq!(state, UserState::NotHandled);
        assert!(found[0].what.contains("label is gone"));
    }

    #[test]
    fn a_star_in_a_prefix_is_one_sentence_with_one_correction() {
        let rules = vec![
            rule("task-*", Operation::Read),
            rule("task-*", Operation::Describe),
        ];
        let case = Case {
            declared: rules.clone(),
            live: Some(rules),
            ..Case::sound()
        };
        let (_, found) = case.judge();
        let stars: Vec<_> = found
            .iter()
            .filter(|one| one.what.contains("prefix is taken literally"))
            .collect();
        assert_eq!(stars.len(), 1);
        let yaml = stars[0].yaml.as_deref().unwrap();
        assert!(
            yaml.contains("[Read, Describe]") && yaml.contains("name: task-"),
            "{yaml}"
        );
    }

    #[test]
    fn who_finds_no_listener_is_told_which_one_to_add() {
        let open = Listener {
            name: "plain".to_owned(),
            kind: None,
            port: Some(9094),
            tls: false,
            authentication: None,
            bootstrap: None,
            has_certificates: false,
        };
        let (_, found) = Case::sound().judge_on(&[open]);
        assert!(found[0].what.starts_with("No listener takes SCRAM-SHA-512"));
        assert!(found[0].yaml.as_deref().unwrap().contains("port: 9095"));
    }

    #[test]
    fn who_is_not_declared_is_told_what_becomes_of_him() {
        let rules = [rule("a", Operation::Read)];
        let state = |name: &str, user_operator| {
            let facts = Facts {
                principal: &Principal::user(name),
                declared: None,
                rules: Some(&rules),
                scram: None,
                quotas: &[],
                overtaken: false,
            };
            let cluster = ClusterFacts {
                listeners: None,
                authorizer: None,
                user_operator,
            };
            let (state, found) = judge(&facts, cluster);
            assert_eq!(state, UserState::LiveOnly);
            found
                .into_iter()
                .next()
                .map(|one| (one.severity, one.what))
                .unwrap()
        };
        assert_eq!(state("ops", true).0, Severity::Warn);
        assert_eq!(state("ops", false).0, Severity::Info);
        assert_eq!(state("ANONYMOUS", true).0, Severity::Info);
    }
}
