/// What all pages share: frame, texts in two languages, times, the answer with its headers. Start
/// at [Pages].
@NullMarked
package io.stabbur.console.page;

import org.jspecify.annotations.NullMarked;
