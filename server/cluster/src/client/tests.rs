//! Whose credential travels in a request, over a real connection.

use super::*;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

fn kubeconfig(server: &str, extra: &str) -> Kubeconfig {
    Kubeconfig::from_yaml(&format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: a\n\
         clusters: [{{ name: a, cluster: {{ server: '{server}'{extra} }} }}]\n\
         users: [{{ name: a, user: {{ token: of-the-console }} }}]\n\
         contexts: [{{ name: a, context: {{ cluster: a, user: a }} }}]\n"
    ))
    .unwrap()
}

/// Answers every request with its own `authorization` header as the Kubernetes version.
async fn echo(listener: TcpListener) {
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        tokio::spawn(async move {
            let mut head = Vec::new();
            while let Ok(byte) = stream.read_u8().await {
                head.push(byte);
                if !head.ends_with(b"\r\n\r\n") {
                    continue;
                }
                let text = String::from_utf8(std::mem::take(&mut head))
                    .unwrap()
                    .to_lowercase();
                let authorization = text
                    .lines()
                    .filter_map(|line| line.strip_prefix("authorization: "));
                let said = authorization.collect::<Vec<_>>().join("|");
                let body = format!(
                    r#"{{"major":"1","minor":"36","gitVersion":"{said}","buildDate":"","compiler":"","gitCommit":"","gitTreeState":"","goVersion":"","platform":""}}"#
                );
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
                    body.len()
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
    }
}

#[tokio::test]
async fn users_travel_with_their_own_token_and_nothing_else() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = format!("http://{}", listener.local_addr().unwrap());
    let echo = tokio::spawn(echo(listener));
    let config =
        Config::from_custom_kubeconfig(kubeconfig(&server, ""), &KubeConfigOptions::default())
            .await
            .unwrap();
    let access = ApiAccess::of(config).unwrap();
    let said = async |client: Client| client.apiserver_version().await.unwrap().git_version;
    assert_eq!(said(access.console()).await, "bearer of-the-console");
    assert_eq!(
        said(access.console_requests()).await,
        "bearer of-the-console"
    );
    let bob = access.client_for_token(&UserToken::new("bob")).unwrap();
    let carol = access.client_for_token(&UserToken::new("carol")).unwrap();
    assert_eq!(said(bob.clone()).await, "bearer bob");
    assert_eq!(said(carol).await, "bearer carol");
    assert_eq!(said(bob).await, "bearer bob");
    echo.abort();
}

#[tokio::test]
async fn what_is_no_token_is_refused_and_no_token_is_shown() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = Config::new("http://127.0.0.1:1".parse().unwrap());
    let access = ApiAccess::of(config).unwrap();
    let refused = access.client_for_token(&UserToken::new("a\r\nx-remote-user: admin"));
    assert!(matches!(refused, Err(ClientError::Token)));
    assert!(!format!("{:?} {access:?}", UserToken::new("hush")).contains("hush"));
}

#[test]
fn a_proxy_that_is_asked_for_is_not_gone_around() {
    let plain = kubeconfig("http://127.0.0.1:1", "");
    assert!(refuse_proxy(&plain, None).is_ok());
    let proxied = kubeconfig("http://127.0.0.1:1", ", proxy-url: 'http://proxy:3128'");
    assert!(
        matches!(refuse_proxy(&proxied, None), Err(ClientError::Proxy(proxy)) if proxy == "http://proxy:3128")
    );
    assert!(refuse_proxy(&proxied, Some("other")).is_ok());
}
