//! Addresses of a schema registry's subjects: the list, one subject and which of its versions stand side by side.
//!
//! A subject's name may be any text; what no path carries unchanged travels in the query, as a group's name does (decision 10).

use super::{cluster, csv, fits_path, with_query};
use penstock_domain::{
    ids::{ClusterRef, SubjectName},
    query::{ListQuery, encode, value_of},
    schema::Compared,
};

/// How the versions of a subject are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SubjectView {
    /// Two of them side by side.
    #[default]
    Difference,
    /// The fields of one.
    Fields,
    /// The text of one.
    Text,
}

impl SubjectView {
    /// Every view in its order.
    pub const ALL: [SubjectView; 3] = [
        SubjectView::Difference,
        SubjectView::Fields,
        SubjectView::Text,
    ];

    /// The name in the query; the first has none.
    pub const fn name(self) -> &'static str {
        match self {
            SubjectView::Difference => "",
            SubjectView::Fields => "fields",
            SubjectView::Text => "text",
        }
    }

    /// The word on the page.
    pub const fn words(self) -> &'static str {
        match self {
            SubjectView::Difference => "Difference",
            SubjectView::Fields => "Fields",
            SubjectView::Text => "Text",
        }
    }
}

/// What the query of a subject's page asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct SubjectPageQuery {
    /// Which versions.
    pub compared: Compared,
    /// How they are shown.
    pub view: SubjectView,
    /// Whether who reads what is shown as a table.
    pub as_table: bool,
}

impl SubjectPageQuery {
    /// Reads a raw query string without `?`.
    pub fn of(query: &str) -> Self {
        let number = |name: &str| value_of(query, name)?.parse().ok();
        let view = value_of(query, "view").unwrap_or_default();
        Self {
            compared: Compared {
                from: number("from"),
                to: number("to"),
            },
            view: SubjectView::ALL
                .into_iter()
                .find(|one| one.name() == view)
                .unwrap_or_default(),
            as_table: value_of(query, "matrix").as_deref() == Some("table"),
        }
    }

    fn pairs(self) -> Vec<(&'static str, String)> {
        let number = |number: Option<i32>| number.map(|number| number.to_string());
        [
            ("from", number(self.compared.from).unwrap_or_default()),
            ("to", number(self.compared.to).unwrap_or_default()),
            ("view", self.view.name().to_owned()),
            (
                "matrix",
                if self.as_table { "table" } else { "" }.to_owned(),
            ),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
    }
}

/// A cluster's subjects as `query` asks for them.
pub fn schemas(of: &ClusterRef, query: &ListQuery) -> String {
    with_query(format!("{}/schemas", cluster(of)), &query.to_query_string())
}

/// The same as a file.
pub fn schemas_csv(of: &ClusterRef, query: &ListQuery) -> String {
    csv::list(format!("/api/v1{}/schemas", cluster(of)), query)
}

/// One subject's page.
pub fn subject(of: &ClusterRef, subject: &SubjectName) -> String {
    subject_as(of, subject, SubjectPageQuery::default())
}

/// One subject's page as `query` asks for it.
pub fn subject_as(of: &ClusterRef, subject: &SubjectName, query: SubjectPageQuery) -> String {
    let name = subject.as_str();
    let (path, in_query) = if fits_path(name) {
        (format!("{}/schemas/{name}", cluster(of)), false)
    } else {
        (format!("{}/schema", cluster(of)), true)
    };
    let pairs: Vec<String> = in_query
        .then(|| ("subject", name.to_owned()))
        .into_iter()
        .chain(query.pairs())
        .map(|(name, value)| format!("{name}={}", encode(&value)))
        .collect();
    with_query(path, &pairs.join("&"))
}

/// The text of a version as a file.
pub fn schema_file(of: &ClusterRef, subject: &SubjectName, version: i32) -> String {
    format!(
        "/api/v1{}/schema/text?subject={}&version={version}&format=raw",
        cluster(of),
        encode(subject.as_str())
    )
}

#[cfg(test)]
mod tests {
    use super::{super::Page, *};

    #[test]
    fn every_name_leads_back() {
        let c = ClusterRef::new("kafka", "task-events");
        let query = SubjectPageQuery {
            compared: Compared {
                from: Some(1),
                to: Some(3),
            },
            view: SubjectView::Fields,
            as_table: true,
        };
        for name in [
            "orders-value",
            "a/b",
            "100%",
            ":.eu:orders-value",
            "..",
            "ä é",
        ] {
            let url = subject_as(&c, &name.into(), query);
            let (path, raw) = url.split_once('?').unwrap();
            assert_eq!(
                Page::of(path, raw),
                Page::Subject(c.clone(), name.into()),
                "{url}"
            );
            assert_eq!(SubjectPageQuery::of(raw), query);
        }
        assert_eq!(
            subject(&c, &"orders-value".into()),
            "/clusters/kafka/task-events/schemas/orders-value"
        );
        assert_eq!(
            schema_file(&c, &"a/b".into(), 2),
            "/api/v1/clusters/kafka/task-events/schema/text?subject=a%2Fb&version=2&format=raw"
        );
        assert_eq!(
            Page::of(&schemas(&c, &ListQuery::default()), ""),
            Page::Schemas(c)
        );
    }
}
