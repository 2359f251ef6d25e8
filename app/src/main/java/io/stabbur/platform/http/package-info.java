/// The HTTP edge that knows no API: where errors meet the API whose path they happened under. Start
/// at [Errors]. Imports only `platform.error`.
@NullMarked
package io.stabbur.platform.http;

import org.jspecify.annotations.NullMarked;
