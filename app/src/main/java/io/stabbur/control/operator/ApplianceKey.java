package io.stabbur.control.operator;

import io.micronaut.data.annotation.Id;
import io.micronaut.data.annotation.MappedEntity;

/// A key that all processes of the appliance share.
@MappedEntity(value = "appliance_keys", schema = "stabbur_control")
record ApplianceKey(@Id String name, String value) {
  @Override
  public String toString() {
    return "ApplianceKey[" + name + "]";
  }
}
