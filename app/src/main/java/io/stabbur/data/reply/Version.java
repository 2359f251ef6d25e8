package io.stabbur.data.reply;

/// The version of the interface this API speaks.
public final class Version {
  public static final String SPOKEN = "16.2";
  public static final String SERVER = "postgrest/" + SPOKEN;
  public static final String DOCUMENTED = "v16";

  private Version() {}
}
