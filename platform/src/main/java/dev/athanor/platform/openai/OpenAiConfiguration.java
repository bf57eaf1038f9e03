package dev.athanor.platform.openai;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Import;

/// OpenAI's error object on the routes that ask for it.
@AutoConfiguration
@Import(OpenAiAdvice.class)
public class OpenAiConfiguration {}
