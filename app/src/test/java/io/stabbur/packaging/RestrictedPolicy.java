package io.stabbur.packaging;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Kubernetes' Pod Security Standard `restricted`, as far as a pod's specification can break it.
final class RestrictedPolicy {
  private static final Set<String> VOLUMES =
      Set.of(
          "configMap",
          "csi",
          "downwardAPI",
          "emptyDir",
          "ephemeral",
          "persistentVolumeClaim",
          "projected",
          "secret");
  private static final Set<String> PROFILES = Set.of("RuntimeDefault", "Localhost");

  private RestrictedPolicy() {}

  /// What a pod breaks, in words; empty when it is allowed.
  static List<String> breaches(Map<String, Object> pod) {
    var found = new ArrayList<String>();
    for (var shared : List.of("hostNetwork", "hostPID", "hostIPC")) {
      check(found, !Boolean.TRUE.equals(pod.get(shared)), shared);
    }
    for (var volume : maps(pod.get("volumes"))) {
      check(
          found,
          volume.keySet().stream().filter(key -> !key.equals("name")).allMatch(VOLUMES::contains),
          "volume " + volume);
    }
    var whole = inner(pod, "securityContext");
    var containers = new ArrayList<>(maps(pod.get("initContainers")));
    containers.addAll(maps(pod.get("containers")));
    check(found, !containers.isEmpty(), "no container");
    for (var container : containers) {
      container(found, whole, container);
    }
    return found;
  }

  private static void container(
      List<String> found, Map<String, Object> whole, Map<String, Object> container) {
    var own = inner(container, "securityContext");
    var name = container.get("name");
    check(
        found,
        Boolean.FALSE.equals(own.get("allowPrivilegeEscalation")),
        name + ": privilege escalation");
    check(found, !Boolean.TRUE.equals(own.get("privileged")), name + ": privileged");
    check(
        found,
        Boolean.TRUE.equals(own.getOrDefault("runAsNonRoot", whole.get("runAsNonRoot"))),
        name + ": may run as root");
    check(
        found,
        !Integer.valueOf(0).equals(own.getOrDefault("runAsUser", whole.get("runAsUser"))),
        name + ": runs as root");
    var profile = inner(own, "seccompProfile");
    var type = (profile.isEmpty() ? inner(whole, "seccompProfile") : profile).get("type");
    check(found, type != null && PROFILES.contains(String.valueOf(type)), name + ": seccomp");
    var capabilities = inner(own, "capabilities");
    check(
        found,
        List.of("ALL").equals(capabilities.get("drop")) && !capabilities.containsKey("add"),
        name + ": capabilities");
    for (var port : maps(container.get("ports"))) {
      check(found, !port.containsKey("hostPort"), name + ": host port");
    }
  }

  private static void check(List<String> found, boolean allowed, String words) {
    if (!allowed) {
      found.add(words);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> inner(Map<String, Object> parent, String key) {
    return (Map<String, Object>) parent.getOrDefault(key, Map.of());
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> maps(@org.jspecify.annotations.Nullable Object value) {
    return value == null ? List.of() : (List<Map<String, Object>>) value;
  }
}
