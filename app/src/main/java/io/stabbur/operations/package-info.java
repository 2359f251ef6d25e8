/// Health, metrics and alerts, fed by the framework and by projects; knows no capability's types.
@NullMarked
package io.stabbur.operations;

import org.jspecify.annotations.NullMarked;
