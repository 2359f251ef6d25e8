package io.stabbur.platform.config;

import io.micronaut.core.convert.MutableConversionService;
import io.micronaut.core.convert.TypeConverterRegistrar;

/// Reads settings that must not be printed. Found as a service, before there are beans.
public final class SecretConverter implements TypeConverterRegistrar {
  @Override
  public void register(MutableConversionService conversions) {
    conversions.addConverter(CharSequence.class, Secret.class, text -> Secret.of(text.toString()));
  }
}
