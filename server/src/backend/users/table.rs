//! Every principal of a cluster as one row, joined and judged once per revision of resources and of what the brokers know of
//! principals, and shared by all who read it.

use super::authority;
use crate::backend::sight::Sight;
use penstock_cluster::{
    kind::Kind,
    listeners::listeners,
    resource::{KafkaUser, Malformed},
};
use penstock_domain::{
    acl::{Authorizer, Principal, Rule, declared::DeclaredError},
    advice::Advice,
    cluster::Listener,
    resource::ResourceRef,
    time::Timestamp,
    user::{
        UserRow, UserTotals,
        credential::{Mechanism, ScramCredential},
        judge::{ClusterFacts, DeclaredFacts, Facts, judge},
        quota::{self, QuotaEntity, QuotaRow},
        state::UserState,
    },
    verdict::Severity,
};
use penstock_kafka::inventory::principals::Principals;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, PoisonError},
};

/// A status written this much after the brokers were asked makes their answer too old to accuse anybody; anything longer is a clock that
/// runs wrong.
const OVERTAKEN_MILLIS: u64 = 120_000;

/// All principals, declared or live.
#[derive(Debug, Default)]
pub struct UserTable {
    /// By principal.
    pub rows: Vec<UserRow>,
    /// Everything that is the matter with each, worst first, in the order of `rows`, which have the worst of it.
    findings: Vec<Vec<Advice>>,
    /// Sums.
    pub totals: UserTotals,
}

/// The newest table of a cluster.
#[derive(Default)]
pub struct UserTables {
    newest: Mutex<Option<(Version, Arc<UserTable>)>>,
}

/// What a table was made of. The age of the brokers' answer counts, because one older than a status accuses nobody.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Version {
    resources: u64,
    principals: Option<Timestamp>,
    connected: bool,
}

impl UserTables {
    /// The table for a sight. Two who ask at once may both join it; nobody waits for another's join.
    pub fn of(&self, sight: &Sight) -> Arc<UserTable> {
        let version = Version {
            resources: sight.view().revision(),
            principals: sight
                .snapshot()
                .and_then(|snapshot| snapshot.principals.as_of),
            connected: sight.snapshot().is_some(),
        };
        if let Some((known, table)) = &*self.lock()
            && *known == version
        {
            return table.clone();
        }
        let table = Arc::new(UserTable::join(sight));
        *self.lock() = Some((version, table.clone()));
        table
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(Version, Arc<UserTable>)>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UserTable {
    /// One row, and everything that is the matter with it, worst first.
    pub fn row(&self, principal: &Principal) -> Option<(&UserRow, &[Advice])> {
        let index = self
            .rows
            .binary_search_by(|row| row.principal.cmp(principal))
            .ok()?;
        Some((self.rows.get(index)?, self.findings.get(index)?))
    }

    /// Principals that somebody declares and that wait for a person, with everything that is the matter with each.
    pub fn declared_in_need(&self) -> impl Iterator<Item = (&UserRow, &[Advice])> {
        let all = self
            .rows
            .iter()
            .zip(self.findings.iter().map(Vec::as_slice));
        all.filter(|(row, _)| needs_attention(row) && row.resource.is_some())
    }

    fn join(sight: &Sight) -> Self {
        let ground = Ground::of(sight);
        let mut judged: BTreeMap<Principal, Judged> = BTreeMap::new();
        for user in ground.users() {
            let known = ground.known(user.principal(), Some(user));
            judged.insert(known.principal.clone(), known.judged(&ground));
        }
        for malformed in ground.malformed() {
            let unreadable = unreadable(malformed);
            judged.insert(unreadable.0.principal.clone(), unreadable);
        }
        for principal in ground.live_principals() {
            judged
                .entry(principal.clone())
                .or_insert_with(|| ground.known(principal, None).judged(&ground));
        }
        let (rows, findings): (Vec<UserRow>, Vec<Vec<Advice>>) = judged.into_values().unzip();
        Self {
            totals: totals(&rows, ground.principals),
            rows,
            findings,
        }
    }
}

/// A principal's row, and everything that is the matter with it.
type Judged = (UserRow, Vec<Advice>);

/// What every principal of a cluster is joined from.
pub struct Ground<'a> {
    sight: &'a Sight,
    principals: Option<&'a Principals>,
    authorizer: Option<Authorizer>,
    listeners: Option<Vec<Listener>>,
}

impl<'a> Ground<'a> {
    /// Takes it from a sight.
    pub fn of(sight: &'a Sight) -> Self {
        Self {
            sight,
            principals: sight.principals(),
            authorizer: super::authorizer(sight),
            listeners: sight.kafka().map(listeners),
        }
    }

    /// KafkaUsers of the cluster; then those in its namespace that have lost their label, which no operator counts as anybody's.
    pub fn users(&self) -> impl Iterator<Item = &'a Arc<KafkaUser>> {
        let view = self.sight.view();
        let namespace = self.sight.kafka().map(|kafka| kafka.user_namespace());
        let lost = view
            .unlabelled_users()
            .filter(move |user| Some(&user.metadata.namespace) == namespace);
        // A labelled one of the same principal wins: it comes later into the map.
        lost.chain(view.users(self.sight.cluster()))
    }

    /// The KafkaUser of a principal.
    pub fn user(&self, principal: &Principal) -> Option<&'a Arc<KafkaUser>> {
        self.users()
            .filter(|user| user.principal() == *principal)
            .last()
    }

    /// KafkaUsers that can't be read.
    pub fn malformed(&self) -> impl Iterator<Item = &'a Arc<Malformed>> {
        self.sight
            .view()
            .malformed(self.sight.cluster())
            .filter(|malformed| malformed.kind == Kind::KafkaUser)
    }

    /// What a principal is judged by.
    pub fn cluster(&self) -> ClusterFacts<'_> {
        let kafka = self.sight.kafka();
        ClusterFacts {
            listeners: self.listeners.as_deref(),
            authorizer: self.authorizer.as_ref(),
            user_operator: kafka.is_some_and(|kafka| kafka.body.user_operator.is_some()),
        }
    }

    /// The listeners of the Kafka resource.
    pub fn listeners(&self) -> &[Listener] {
        self.listeners.as_deref().unwrap_or_default()
    }

    /// Every principal that the brokers know something of.
    fn live_principals(&self) -> BTreeSet<Principal> {
        let Some(principals) = self.principals else {
            return BTreeSet::new();
        };
        let mut all = BTreeSet::new();
        if let Some(rules) = &principals.rules {
            all.extend(rules.principals().cloned());
        }
        // Strimzi's own components are no users of anybody.
        let super_users = self.authorizer.iter().flat_map(Authorizer::super_users);
        all.extend(
            super_users
                .filter(|user| !authority::is_component(user))
                .cloned(),
        );
        let scram = principals.scram.iter().flat_map(|scram| scram.keys());
        all.extend(scram.map(Principal::user));
        let quotas = principals.quotas.iter().flat_map(|quotas| quotas.iter());
        all.extend(quotas.filter_map(|quota| match &quota.user {
            Some(QuotaEntity::Named(name)) => Some(Principal::user(name)),
            _ => None,
        }));
        all
    }

    /// Everything known of one principal.
    pub fn known(&self, principal: Principal, user: Option<&'a Arc<KafkaUser>>) -> Known<'a> {
        let rules = self.principals.and_then(|known| known.rules.as_deref());
        let quotas = self
            .principals
            .and_then(|known| known.quotas_of(principal.name()));
        Known {
            user,
            declared_rules: user.map(|user| user.rules()),
            rules: rules.map(|rules| rules.of(&principal).own),
            super_user: self
                .authorizer
                .as_ref()
                .is_some_and(|authorizer| authorizer.is_super_user(&principal)),
            scram: self
                .principals
                .and_then(|known| known.scram_of(principal.name())),
            quotas: quota::compare(
                user.and_then(|user| user.body.quotas.as_deref()),
                quotas.as_deref(),
            ),
            quotas_known: quotas.is_some(),
            overtaken: user.is_some_and(|user| self.overtaken(user)),
            principal,
        }
    }

    /// The status was written after the brokers were asked: they are about to be asked again and say nothing until then.
    fn overtaken(&self, user: &KafkaUser) -> bool {
        let read = self
            .sight
            .snapshot()
            .and_then(|snapshot| snapshot.principals.as_of);
        match (read, user.readiness.last_write) {
            (Some(read), Some(written)) => {
                (1..OVERTAKEN_MILLIS).contains(&read.millis_until(written))
            }
            _ => false,
        }
    }
}

/// Everything known of one principal.
pub struct Known<'a> {
    /// Which.
    pub principal: Principal,
    /// Its KafkaUser.
    pub user: Option<&'a Arc<KafkaUser>>,
    /// Rules that it declares.
    pub declared_rules: Option<Result<Vec<Rule>, DeclaredError>>,
    /// Rules in force.
    pub rules: Option<&'a [Rule]>,
    /// Whether it may do everything.
    pub super_user: bool,
    /// Passwords on the brokers.
    pub scram: Option<&'a [ScramCredential]>,
    /// Quotas, declared and in force.
    pub quotas: Vec<QuotaRow>,
    quotas_known: bool,
    overtaken: bool,
}

impl Known<'_> {
    /// Its state, and what is the matter.
    fn judge(&self, cluster: ClusterFacts<'_>) -> (UserState, Vec<Advice>) {
        let declared = self.user.map(|user| DeclaredFacts {
            readiness: &user.readiness,
            labelled: user.metadata.cluster_label().is_some(),
            mechanism: user.mechanism(),
            rules: match &self.declared_rules {
                Some(Ok(rules)) => Ok(rules.as_slice()),
                Some(Err(error)) => Err(error),
                None => Ok(&[]),
            },
        });
        let facts = Facts {
            principal: &self.principal,
            declared,
            rules: self.rules,
            scram: self.scram,
            quotas: &self.quotas,
            overtaken: self.overtaken,
        };
        judge(&facts, cluster)
    }

    /// How it shows who it is: as declared, else as the brokers know it.
    pub fn mechanisms(&self) -> Vec<Mechanism> {
        if let Some(user) = self.user {
            return user.mechanism().into_iter().collect();
        }
        let scram = self.scram.unwrap_or_default();
        let mut mechanisms: Vec<Mechanism> = scram.iter().map(|known| known.mechanism).collect();
        // A distinguished name comes from a certificate; whose, the brokers do not tell.
        if self.principal.name().starts_with("CN=") {
            mechanisms.push(Mechanism::TlsExternal);
        }
        mechanisms
    }

    fn judged(&self, ground: &Ground<'_>) -> Judged {
        let (state, findings) = self.judge(ground.cluster());
        (self.row(state, findings.first().cloned()), findings)
    }

    fn row(&self, state: UserState, finding: Option<Advice>) -> UserRow {
        UserRow {
            name: self.user.map_or_else(
                || self.principal.name().to_owned(),
                |user| user.metadata.name.to_string(),
            ),
            state,
            finding,
            mechanisms: self.mechanisms(),
            rules: self.rules.map(|rules| rules.len() as u64),
            declared_rules: match &self.declared_rules {
                Some(Ok(rules)) => Some(rules.len() as u64),
                _ => None,
            },
            quotas: self.quotas_known.then(|| {
                let in_force = self.quotas.iter().filter(|row| row.in_force.is_some());
                in_force.count() as u64
            }),
            super_user: self.super_user,
            resource: self.user.map(|user| user.reference()),
            created: self.user.and_then(|user| user.metadata.created),
            principal: self.principal.clone(),
        }
    }
}

/// A KafkaUser that can't be read: its principal is guessed from its name.
fn unreadable(malformed: &Malformed) -> Judged {
    let reference: ResourceRef = malformed.reference();
    let finding = Advice {
        severity: Severity::Bad,
        what: format!("Its KafkaUser can’t be read: {}", malformed.why),
        then: None,
        yaml: None,
    };
    let row = UserRow {
        principal: Principal::user(reference.name.as_str()),
        name: reference.name.to_string(),
        state: UserState::InError,
        finding: Some(finding.clone()),
        mechanisms: Vec::new(),
        rules: None,
        declared_rules: None,
        quotas: None,
        super_user: false,
        resource: Some(reference),
        created: malformed.metadata.created,
    };
    (row, vec![finding])
}

fn totals(rows: &[UserRow], principals: Option<&Principals>) -> UserTotals {
    let count =
        |test: &dyn Fn(&UserRow) -> bool| rows.iter().filter(|row| test(row)).count() as u64;
    UserTotals {
        principals: rows.len() as u64,
        declared: count(&|row| row.resource.is_some()),
        live_only: count(&|row| row.state == UserState::LiveOnly),
        attention: count(&needs_attention),
        rules: principals
            .and_then(|known| known.rules.as_ref())
            .map(|rules| rules.len() as u64),
        quotas: principals
            .and_then(|known| known.quotas.as_ref())
            .map(|quotas| quotas.iter().map(|quota| quota.values.len() as u64).sum()),
    }
}

/// Whether a principal waits for a person.
pub fn needs_attention(row: &UserRow) -> bool {
    row.finding
        .as_ref()
        .is_some_and(|finding| finding.severity > Severity::Info)
}
