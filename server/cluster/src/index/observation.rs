//! What an object was and what it has become: for whoever keeps a history of resources. The index tells it, and keeps nothing of it.

use crate::resource::AnyResource;
use penstock_domain::ids::ClusterRef;
use std::sync::Arc;

/// One object that came, changed or went. What became unreadable is not observed.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The cluster that it belongs to; `None` where that can't be told.
    pub cluster: Option<ClusterRef>,
    /// What it was; `None`: it is new.
    pub before: Option<AnyResource>,
    /// What it is; `None`: it is gone.
    pub after: Option<AnyResource>,
}

/// All that one call of the index changed; a relist may change thousands.
pub type Observed = Arc<[Observation]>;
