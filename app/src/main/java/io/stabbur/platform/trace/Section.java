package io.stabbur.platform.trace;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import org.jspecify.annotations.Nullable;

/// A span that is under way; ends with [#close]. Attributes hold names of our own and numbers:
/// never a value of a person, a parameter or the text of a statement.
public interface Section extends AutoCloseable {
  /// Where nothing is traced.
  Section NONE =
      new Section() {
        @Override
        public Section put(String name, String value) {
          return this;
        }

        @Override
        public Section put(String name, long value) {
          return this;
        }

        @Override
        public void fail(String type) {}

        @Override
        public @Nullable String traceparent() {
          return null;
        }

        @Override
        public void close() {}
      };

  @CanIgnoreReturnValue
  Section put(String name, String value);

  @CanIgnoreReturnValue
  Section put(String name, long value);

  /// Marks the span as failed.
  ///
  /// @param type what kind of failure: a SQLSTATE, a status, the name of a class
  void fail(String type);

  /// What a request to somebody else says, so that its spans are children of this one: the header
  /// `traceparent` of W3C Trace Context. Null where nothing is traced.
  @Nullable String traceparent();

  @Override
  void close();
}
