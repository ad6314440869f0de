/** How answers become text. */
import type { FastifySerializerCompiler } from 'fastify/types/schema.js';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { z } from 'zod';

/** Their types were checked by the compiler, their shapes by tests. Another pass over each would be most of its cost. */
export const answersAsTheyAre: FastifySerializerCompiler<z.ZodType> = () => (answer) =>
  JSON.stringify(answer);

/** For tests: what is not as the OpenAPI document says is an error. */
export const checkedAnswers: FastifySerializerCompiler<z.ZodType> = serializerCompiler;
