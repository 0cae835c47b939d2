//! Arbitrary text as JSON: for what is valid the printer and the tree keep what validation promised.
#![no_main]

use libfuzzer_sys::fuzz_target;
use penstock_domain::json::{Tree, pretty, validate};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if validate(data).is_err() {
        return;
    }
    let printed = pretty(text).expect("what is valid is printed");
    assert!(validate(printed.as_bytes()).is_ok());
    // A tree has a bound on its nodes.
    let Ok(tree) = Tree::parse(text) else {
        return;
    };
    for index in 0..tree.nodes().len() {
        let raw = tree.raw(text, index);
        assert!(validate(raw.as_bytes()).is_ok());
        let path = tree.path(text, index);
        assert!(tree.find(text, &path).contains(&index));
    }
});
