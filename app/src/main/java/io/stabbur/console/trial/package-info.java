/// Acts on one organization that are tried first and then done: the name written, a code given, and
/// two operators where the settings say so. Start at [TrialForms].
@NullMarked
package io.stabbur.console.trial;

import org.jspecify.annotations.NullMarked;
