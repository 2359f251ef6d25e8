package io.stabbur.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.junit.jupiter.api.Test;

/// Which functions of the system's library are used: one that is not the known one must not take
/// the sign-ins with it.
class SystemBcryptTest {
  private static final MethodType TYPE =
      MethodType.methodType(
          MemorySegment.class,
          MemorySegment.class,
          MemorySegment.class,
          MemorySegment.class,
          int.class);

  @Test
  void theKnownHashIsRight() throws ReflectiveOperationException {
    assertThat(
            SystemBcrypt.isRight(
                answering("$2b$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe")))
        .isTrue();
  }

  @Test
  void anotherHashOrNoneIsWrong() throws ReflectiveOperationException {
    assertThat(
            SystemBcrypt.isRight(
                answering("$2b$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxf")))
        .isFalse();
    assertThat(SystemBcrypt.isRight(answering("$2b$"))).isFalse();
    assertThat(SystemBcrypt.isRight(answering("*0"))).isFalse();
    assertThat(SystemBcrypt.isRight(giving(MemorySegment.NULL))).isFalse();
    // outside of what it was given
    assertThat(SystemBcrypt.isRight(giving(MemorySegment.ofAddress(1)))).isFalse();
  }

  @Test
  void aFunctionThatFailsIsWrong() {
    for (var failure :
        new Throwable[] {
          new IllegalArgumentException("x"),
          new UnsatisfiedLinkError("x"),
          new OutOfMemoryError("x"),
          new Exception("x")
        }) {
      var failing = MethodHandles.throwException(MemorySegment.class, Throwable.class);
      assertThat(
              SystemBcrypt.isRight(
                  MethodHandles.dropArguments(failing.bindTo(failure), 0, TYPE.parameterList())))
          .as(failure.toString())
          .isFalse();
    }
    // of another type than is called
    assertThat(SystemBcrypt.isRight(MethodHandles.constant(String.class, "x"))).isFalse();
  }

  /// A function that writes a text into the state and gives its place.
  private static MethodHandle answering(String text) throws ReflectiveOperationException {
    return MethodHandles.lookup()
        .findStatic(SystemBcryptTest.class, "write", TYPE.insertParameterTypes(0, String.class))
        .bindTo(text);
  }

  @SuppressWarnings("UnusedMethod") // found by its name
  private static MemorySegment write(
      String text, MemorySegment phrase, MemorySegment setting, MemorySegment state, int size) {
    assertThat(phrase.getString(0)).isEqualTo("a");
    assertThat(setting.getString(0)).startsWith("$2b$06$");
    state.setString(size / 2, text);
    return state.asSlice(size / 2);
  }

  private static MethodHandle giving(MemorySegment answer) {
    return MethodHandles.dropArguments(
        MethodHandles.constant(MemorySegment.class, answer), 0, TYPE.parameterList());
  }
}
