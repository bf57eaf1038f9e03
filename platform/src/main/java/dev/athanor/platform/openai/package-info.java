/// Routes of OpenAI's shape: their error object. A controller says that it has the shape with
/// [OpenAiShaped]; everything else is rendered as problem details.
@NullMarked
package dev.athanor.platform.openai;

import org.jspecify.annotations.NullMarked;
