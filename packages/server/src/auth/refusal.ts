/** Why a token is not believed, in words that help its holder and hold nothing of the token. */
import { CantataError } from '@cantata/core';
import { errors } from 'jose';

export function unauthenticated(message: string, cause?: unknown): CantataError {
  return new CantataError('unauthenticated', message, { cause });
}

/** What checking it threw. Whatever nobody foresaw is no reason to believe it. */
export function refusalOf(thrown: unknown): CantataError {
  if (thrown instanceof CantataError) return thrown;
  if (thrown instanceof errors.JWTExpired) return unauthenticated('the token has expired', thrown);
  if (thrown instanceof errors.JWTClaimValidationFailed) return unauthenticated(wordsOf(thrown), thrown);
  if (thrown instanceof errors.JOSEAlgNotAllowed)
    return unauthenticated('the token is signed by an algorithm that is not accepted here', thrown);
  if (thrown instanceof errors.JWKSNoMatchingKey)
    return unauthenticated('the token is signed by a key that is not known here', thrown);
  if (thrown instanceof errors.JWSSignatureVerificationFailed)
    return unauthenticated('the signature of the token is not by the key it should be by', thrown);
  return unauthenticated('the token is no JWT, or none of a kind that is accepted here', thrown);
}

function wordsOf({ claim, reason }: errors.JWTClaimValidationFailed): string {
  if (reason === 'missing') return `the token lacks the claim \`${claim}\``;
  if (claim === 'nbf' && reason === 'check_failed') return 'the token is not valid yet';
  return `the claim \`${claim}\` of the token is not what is asked for here`;
}
