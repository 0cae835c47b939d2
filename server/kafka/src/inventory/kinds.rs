//! Kinds of data in a snapshot: what may be refreshed, and what a revision says has changed.

use penstock_domain::live::MarkKind;

/// One kind of data, with an own poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Brokers, their addresses, fencing, whether they answer.
    Brokers,
    /// Topics, partitions, leaders, replicas.
    Topics,
    /// The metadata quorum.
    Quorum,
    /// Offsets and rates.
    Offsets,
    /// Log directories and sizes.
    LogDirs,
    /// Configuration of topics.
    TopicConfigs,
    /// Consumer groups of every kind, with what they have committed.
    Groups,
    /// Rules, passwords and quotas: who may do what.
    Principals,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 8] = [
        Kind::Brokers,
        Kind::Topics,
        Kind::Quorum,
        Kind::Offsets,
        Kind::LogDirs,
        Kind::TopicConfigs,
        Kind::Groups,
        Kind::Principals,
    ];

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of kinds that changed, apart from figures that move all the time.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    structure: u8,
    figures: u8,
}

impl Changes {
    /// Nothing.
    pub const NONE: Changes = Changes {
        structure: 0,
        figures: 0,
    };

    /// Something of `kind` changed that is not a mere figure: a broker fell silent, a leader moved, data is missing now.
    pub const fn structure(kind: Kind) -> Self {
        Self {
            structure: kind.bit(),
            figures: 0,
        }
    }

    /// Only figures of `kind` moved: offsets, sizes, lag.
    pub const fn figures(kind: Kind) -> Self {
        Self {
            structure: 0,
            figures: kind.bit(),
        }
    }

    /// Both together.
    pub const fn and(self, other: Changes) -> Self {
        Self {
            structure: self.structure | other.structure,
            figures: self.figures | other.figures,
        }
    }

    /// Whether nothing changed.
    pub const fn is_empty(self) -> bool {
        self.structure == 0 && self.figures == 0
    }

    /// Whether something of `kind` changed, figures or more.
    pub const fn touches(self, kind: Kind) -> bool {
        (self.structure | self.figures) & kind.bit() != 0
    }

    /// Whether more than figures of `kind` changed.
    pub const fn reshapes(self, kind: Kind) -> bool {
        self.structure & kind.bit() != 0
    }

    /// As the marks that pages listen for, each at most once.
    pub fn marks(self) -> Vec<MarkKind> {
        let mut marks = Vec::with_capacity(6);
        if self.reshapes(Kind::Brokers) || self.reshapes(Kind::Quorum) {
            marks.push(MarkKind::Cluster);
        }
        if self.reshapes(Kind::Brokers)
            || self.reshapes(Kind::Quorum)
            || self.reshapes(Kind::LogDirs)
        {
            marks.push(MarkKind::Nodes);
        }
        if self.reshapes(Kind::Topics) || self.reshapes(Kind::TopicConfigs) {
            marks.push(MarkKind::Topics);
        }
        let others = self.figures & !(Kind::Groups.bit() | Kind::Principals.bit());
        if others != 0 || self.reshapes(Kind::Offsets) || self.reshapes(Kind::LogDirs) {
            marks.push(MarkKind::Offsets);
        }
        if self.touches(Kind::Groups) {
            marks.push(MarkKind::Groups);
        }
        if self.touches(Kind::Principals) {
            marks.push(MarkKind::Users);
        }
        marks
    }
}

impl std::fmt::Debug for Changes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set()
            .entries(Kind::ALL.into_iter().filter(|kind| self.touches(*kind)))
            .finish()
    }
}

/// The last revision at which each kind changed, so that a reader who slept through several revisions misses none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LastChanges {
    structure: [u64; Kind::ALL.len()],
    figures: [u64; Kind::ALL.len()],
}

impl LastChanges {
    pub(crate) fn record(&mut self, changes: Changes, revision: u64) {
        for kind in Kind::ALL {
            if changes.structure & kind.bit() != 0 {
                self.structure[kind as usize] = revision;
            }
            if changes.figures & kind.bit() != 0 {
                self.figures[kind as usize] = revision;
            }
        }
    }

    /// What changed after `revision`.
    pub fn since(&self, revision: u64) -> Changes {
        let mut changes = Changes::NONE;
        for kind in Kind::ALL {
            if self.structure[kind as usize] > revision {
                changes = changes.and(Changes::structure(kind));
            }
            if self.figures[kind as usize] > revision {
                changes = changes.and(Changes::figures(kind));
            }
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_who_slept_learns_everything_since() {
        let mut last = LastChanges::default();
        last.record(Changes::structure(Kind::Topics), 1);
        last.record(Changes::figures(Kind::Offsets), 2);
        last.record(Changes::figures(Kind::Offsets), 3);
        assert!(last.since(0).reshapes(Kind::Topics));
        let later = last.since(1);
        assert!(!later.touches(Kind::Topics) && later.touches(Kind::Offsets));
        assert!(!later.reshapes(Kind::Offsets));
        assert!(last.since(3).is_empty());
    }

    #[test]
    fn figures_wake_only_pages_with_figures() {
        assert_eq!(Changes::figures(Kind::Quorum).marks(), [MarkKind::Offsets]);
        assert_eq!(
            Changes::structure(Kind::Brokers).marks(),
            [MarkKind::Cluster, MarkKind::Nodes]
        );
        assert_eq!(Changes::figures(Kind::Groups).marks(), [MarkKind::Groups]);
        assert_eq!(Changes::structure(Kind::Groups).marks(), [MarkKind::Groups]);
        assert!(Changes::NONE.marks().is_empty());
    }
}
