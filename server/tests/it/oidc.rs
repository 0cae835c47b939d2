//! Tokens of an OpenID provider: the API server checks them as any token (decision 3), so they sign in, and their groups count.

use crate::bed;
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_an_openid_provider_signs_in_with_its_groups() {
    let provider = bed::state()
        .oidc
        .expect("the test bed must run with its OpenID provider: `scripts/bed up --oidc`");
    let console = bed::console("").await;
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let sign_in = async |token: &str| {
        client
            .post(format!("{}/auth/sign-in", console.url))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("token={token}&next=/"))
            .send()
            .await
            .unwrap()
    };
    let ask = async |cookies: &str, path: &str| {
        let request = client.get(format!("{}{path}", console.url));
        request.header("cookie", cookies).send().await.unwrap()
    };

    for (name, task_events) in [("alice", 200), ("bob", 403)] {
        let answer = sign_in(provider.tokens[name].expose()).await;
        assert_eq!(answer.headers()["location"], "/", "{name}");
        let cookies: Vec<&str> = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .collect();
        let cookies = cookies.join("; ");
        let session: Value = ask(&cookies, "/api/v1/session").await.json().await.unwrap();
        assert!(
            session.to_string().contains(&format!("oidc:{name}")),
            "{session}"
        );
        let path = "/api/v1/clusters/kafka/task-events";
        assert_eq!(ask(&cookies, path).await.status(), task_events, "{name}");
    }

    // A signature that is another's.
    let [alice, bob] = ["alice", "bob"].map(|name| provider.tokens[name].expose());
    let (content, _) = alice.rsplit_once('.').unwrap();
    let (_, signature) = bob.rsplit_once('.').unwrap();
    let forged = sign_in(&format!("{content}.{signature}")).await;
    let location = forged.headers()["location"].to_str().unwrap();
    assert!(location.starts_with("/sign-in"), "{location}");
}
