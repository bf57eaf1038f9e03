package dev.athanor.trainer.role;

import java.util.List;
import java.util.Set;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/// Matches where `athanor.trainer.roles` names the role.
abstract sealed class RoleCondition implements Condition {
  private static final String PROPERTY = "athanor.trainer.roles";
  private static final Set<String> ROLES = Set.of("api", "worker");

  private final String role;

  private RoleCondition(String role) {
    this.role = role;
  }

  static final class Api extends RoleCondition {
    Api() {
      super("api");
    }
  }

  static final class Worker extends RoleCondition {
    Worker() {
      super("worker");
    }
  }

  @Override
  public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
    var roles =
        List.of(context.getEnvironment().getRequiredProperty(PROPERTY).split("\\s*,\\s*", -1));
    if (!ROLES.containsAll(roles)) {
      throw new IllegalArgumentException(
          "%s: %s (expected: api, worker or both)".formatted(PROPERTY, roles));
    }
    return roles.contains(role);
  }
}
