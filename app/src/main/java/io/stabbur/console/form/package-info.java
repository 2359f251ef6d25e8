/// Forms of the pages: reading them, and showing that they were meant. Start at [FormFilter].
@NullMarked
package io.stabbur.console.form;

import org.jspecify.annotations.NullMarked;
