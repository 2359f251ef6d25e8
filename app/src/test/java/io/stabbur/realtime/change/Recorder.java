package io.stabbur.realtime.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A channel that keeps what it is given.
public final class Recorder implements ChangeSink {
  private static final int PATIENCE = 30;

  private final BlockingQueue<Got> changes = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> systems = new LinkedBlockingQueue<>();

  /// One event, as text and as a tree.
  public record Got(List<Integer> ids, String text) {
    public JsonNode data() {
      return Json.parse(text);
    }

    public String type() {
      return field(data(), "type").getStringValue();
    }

    public String table() {
      return field(data(), "table").getStringValue();
    }

    public JsonNode row() {
      return field(data(), "record");
    }

    public JsonNode old() {
      return field(data(), "old_record");
    }

    /// A column of the new row.
    public int number(String column) {
      return field(row(), column).getIntValue();
    }

    public double decimal(String column) {
      return field(row(), column).getDoubleValue();
    }

    public String word(String column) {
      return field(row(), column).getStringValue();
    }

    private static JsonNode field(JsonNode object, String name) {
      return Objects.requireNonNull(object.get(name), name);
    }
  }

  @Override
  public void change(int[] ids, byte[] data) {
    var list = new ArrayList<Integer>();
    for (int id : ids) {
      list.add(id);
    }
    changes.add(new Got(list, new String(data, StandardCharsets.UTF_8)));
  }

  @Override
  public void system(String status, String message) {
    systems.add(status + ": " + message);
  }

  /// The next event, awaited.
  public Got next() {
    try {
      var got = changes.poll(PATIENCE, TimeUnit.SECONDS);
      assertThat(got).as("an event within %d s; told: %s", PATIENCE, systems).isNotNull();
      return Objects.requireNonNull(got);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The next state of the bindings, awaited.
  public String nextSystem() {
    try {
      var got = systems.poll(PATIENCE, TimeUnit.SECONDS);
      assertThat(got).as("a system message within %d s", PATIENCE).isNotNull();
      return Objects.requireNonNull(got);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// What has come and was not read.
  public List<Got> rest() {
    var all = new ArrayList<Got>();
    changes.drainTo(all);
    return all;
  }

  /// States of the bindings that have come and were not read.
  public List<String> systems() {
    var all = new ArrayList<String>();
    systems.drainTo(all);
    return all;
  }

  public int waiting() {
    return changes.size();
  }
}
