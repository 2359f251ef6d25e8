/// Made-up but plausible content for an empty instance, put in through the product's own APIs and
/// the same every time. Start at [Demo].
@NullMarked
package io.stabbur.cli.demo;

import org.jspecify.annotations.NullMarked;
