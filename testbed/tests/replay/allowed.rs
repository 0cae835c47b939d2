//! Differences between the stand-in and the real operators that stay, each with its reason. One that is no longer there
//! fails the test, so that the list never says more than is true.

/// Differences in one scenario.
pub struct Allowance {
    pub scenario: &'static str,
    /// Where they are, as the report names it.
    pub places: &'static [&'static str],
    /// Why they stay.
    pub reason: &'static str,
}

const NO_STORE: &str = "the PKCS#12 store and its password (`user.p12`, `user.password`) are left out: nothing of the bed or of the console reads them";

pub const ALLOWED: &[Allowance] = &[
    Allowance {
        scenario: "ku-auth-type-change",
        places: &[
            "steps[1].secrets.rec-switch2.keys[3]",
            "steps[1].secrets.rec-switch2.keys[4]",
            "steps[1].states.Secret/rec-switch2[0].keys[3]",
            "steps[1].states.Secret/rec-switch2[0].keys[4]",
        ],
        reason: NO_STORE,
    },
    Allowance {
        scenario: "ku-delete-tls",
        places: &[
            "steps[0].states.Secret/rec-del2[0].keys[3]",
            "steps[0].states.Secret/rec-del2[0].keys[4]",
        ],
        reason: NO_STORE,
    },
    Allowance {
        scenario: "ku-tls",
        places: &[
            "steps[0].secrets.rec-tls.keys[3]",
            "steps[0].secrets.rec-tls.keys[4]",
            "steps[0].states.Secret/rec-tls[0].keys[3]",
            "steps[0].states.Secret/rec-tls[0].keys[4]",
        ],
        reason: NO_STORE,
    },
    Allowance {
        scenario: "ku-tls-force-renew",
        places: &[
            "steps[0].secrets.rec-valid.keys[3]",
            "steps[0].secrets.rec-valid.keys[4]",
        ],
        reason: NO_STORE,
    },
    Allowance {
        scenario: "ku-tls-validity",
        places: &[
            "steps[1].states.Secret/rec-valid[0].keys[3]",
            "steps[1].states.Secret/rec-valid[0].keys[4]",
        ],
        reason: NO_STORE,
    },
];

/// Why a difference is allowed, if it is.
pub fn reason(scenario: &str, place: &str) -> Option<&'static str> {
    ALLOWED
        .iter()
        .find(|allowance| allowance.scenario == scenario && allowance.places.contains(&place))
        .map(|allowance| allowance.reason)
}

#[test]
fn every_allowance_has_a_reason() {
    for allowance in ALLOWED {
        assert!(allowance.reason.len() > 40, "{}", allowance.scenario);
        assert!(!allowance.places.is_empty(), "{}", allowance.scenario);
    }
}
