/// What operators did, in sentences.
@NullMarked
package io.stabbur.console.activity;

import org.jspecify.annotations.NullMarked;
