/// The S3 protocol over the same rows and bytes. Start at [S3Controller]; [Signatures] decides who
/// asks, and everything after that is the same operations the REST API runs.
@NullMarked
package io.stabbur.storage.s3;

import org.jspecify.annotations.NullMarked;
