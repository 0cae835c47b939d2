// What Kafka's own StandardAuthorizer says to random questions over random rules: writes recorded.tsv, which `recorded.rs`
// holds the Rust code against. Run again for another version of Kafka:
//   java -cp "$PENSTOCK_KAFKA_LIBS/*" Record.java > recorded.tsv
//
// Lines, fields separated by tabs, words as Kafka's codes:
//   S super users, allow.everyone.if.no.acl.found                    a new set
//   R principal, resource type, pattern type, name, operation, effect, host
//   Q principal, resource type, name, operation, host, allowed       authorize
//   A principal, resource type, operation, host, allowed             authorizeByResourceType

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.apache.kafka.common.utils.SecurityUtils;
import org.apache.kafka.metadata.authorizer.StandardAcl;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

public class Record {
    static final Random random = new Random(20260613);
    static final String[] NAMES = {"a", "ab", "abc", "abd", "b", "ba", "a*", "*", "hard", "hardcode", "Ab", "é", "éa"};
    static final String[] PRINCIPALS = {"User:x", "User:y", "User:X", "User:CN=x", "User:*", "Group:x", "User:root"};
    // No client is called `User:*`: StandardAuthorizer 4.3.1 throws on that one.
    static final String[] CLIENTS = {"User:x", "User:x", "User:y", "User:X", "User:CN=x", "User:z", "Group:x", "User:root"};
    static final String[] HOSTS = {"*", "*", "*", "10.0.0.1", "10.0.0.2"};
    static final int[] TYPES = {2, 2, 2, 3, 4, 5};

    static <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }

    static AclOperation operation() {
        int[] likely = {2, 3, 4, 7, 8, 10, 11};
        return AclOperation.fromCode((byte) (random.nextInt(4) == 0 ? 2 + random.nextInt(14) : likely[random.nextInt(likely.length)]));
    }

    static ResourceType type() {
        return ResourceType.fromCode((byte) TYPES[random.nextInt(TYPES.length)]);
    }

    static AuthorizableRequestContext from(String principal, String host) throws Exception {
        KafkaPrincipal parsed = SecurityUtils.parseKafkaPrincipal(principal);
        InetAddress address = InetAddress.getByName(host);
        return new AuthorizableRequestContext() {
            public String listenerName() { return "L"; }
            public SecurityProtocol securityProtocol() { return SecurityProtocol.SASL_SSL; }
            public KafkaPrincipal principal() { return parsed; }
            public InetAddress clientAddress() { return address; }
            public int requestType() { return 3; }
            public int requestVersion() { return 12; }
            public String clientId() { return "c"; }
            public int correlationId() { return 1; }
        };
    }

    public static void main(String[] arguments) throws Exception {
        for (int set = 0; set < 75; set++) {
            boolean everyone = random.nextInt(3) == 0;
            StandardAuthorizer authorizer = new StandardAuthorizer();
            authorizer.configure(Map.of("node.id", "1", "super.users", " User:root; User:y2;", "allow.everyone.if.no.acl.found", "" + everyone));
            authorizer.withPluginMetrics(new PluginMetricsImpl(new Metrics(), Map.of()));
            line("S", "User:root;User:y2", everyone ? 1 : 0);
            Map<Uuid, StandardAcl> rules = new HashMap<>();
            int count = random.nextInt(12);
            for (int i = 0; i < count; i++) {
                StandardAcl acl = new StandardAcl(type(), one(NAMES), random.nextBoolean() ? PatternType.LITERAL : PatternType.PREFIXED,
                    one(PRINCIPALS), one(HOSTS), operation(), random.nextInt(3) == 0 ? AclPermissionType.DENY : AclPermissionType.ALLOW);
                if (rules.containsValue(acl)) continue;
                rules.put(new Uuid(set + 1, i + 1), acl);
                line("R", acl.principal(), acl.resourceType().code(), acl.patternType().code(), acl.resourceName(), acl.operation().code(),
                    acl.permissionType().code(), acl.host());
            }
            authorizer.loadSnapshot(rules);
            authorizer.completeInitialLoad();
            for (int i = 0; i < 24; i++) {
                String principal = one(CLIENTS), name = one(NAMES), host = "10.0.0." + (1 + random.nextInt(3));
                ResourceType type = type();
                AclOperation operation = operation();
                Action action = new Action(operation, new ResourcePattern(type, name, PatternType.LITERAL), 1, true, true);
                line("Q", principal, type.code(), name, operation.code(), host,
                    allowed(authorizer.authorize(from(principal, host), List.of(action)).get(0)));
                if (i % 3 == 0) {
                    line("A", principal, type.code(), operation.code(), host,
                        allowed(authorizer.authorizeByResourceType(from(principal, host), operation, type)));
                }
            }
        }
    }

    static int allowed(AuthorizationResult result) {
        return result == AuthorizationResult.ALLOWED ? 1 : 0;
    }

    static void line(Object... fields) {
        StringBuilder line = new StringBuilder();
        for (Object field : fields) line.append(line.isEmpty() ? "" : "\t").append(field);
        System.out.println(line);
    }
}
