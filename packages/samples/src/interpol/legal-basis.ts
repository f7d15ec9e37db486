import type { Notice } from '@eads/protocol';
import { countryField, textOf } from './fields.ts';
import { isObject, type JsonObject, kindOf, type Sheet } from './sheet.ts';

type LegalBasis = Notice['legalBasis'];

const MOST_CHARGES = 10;
const MOST_WARRANTS = 6;

/** The public record names no issuing court and no number; this says so where a warrant must have one. */
const UNNAMED_COURT = 'not named in the public record';

const warrantReference = (entityId: string, number: number): string => `EX-INTERPOL-${entityId}-${number}`;

/** Charges, and a warrant for each whose country is known. */
export function legalBasisOf(sheet: Sheet, record: JsonObject, entityId: string): LegalBasis {
  const list = record.arrest_warrants;
  const basis: LegalBasis = { charges: [], warrants: [] };
  if (list === null || list === undefined) return basis;
  if (!Array.isArray(list)) {
    sheet.fault(
      'arrest_warrants',
      `arrest_warrants is ${kindOf(list)}; it must be a list or null. Put it in brackets.`,
    );
    return basis;
  }
  if (list.length > MOST_CHARGES) {
    const text = `There are ${list.length} arrest warrants; a notice holds ${MOST_CHARGES}. Join some charges in one text.`;
    sheet.fault('arrest_warrants', text);
    return basis;
  }
  Array.from(list as unknown[]).forEach((entry, index) => {
    const below = sheet.below(`arrest_warrants[${index}]`);
    if (isObject(entry)) readWarrant(below, entry, index, entityId, basis);
    else
      below.fault(
        '',
        `The warrant is ${kindOf(entry)}; it must be an object with charge and issuing_country_id. Correct it.`,
      );
  });
  if (basis.warrants.length > MOST_WARRANTS) {
    sheet.remark('arrest_warrants', `All charges were taken over, but only the first ${MOST_WARRANTS} warrants.`);
    basis.warrants.length = MOST_WARRANTS;
  }
  return basis;
}

function readWarrant(sheet: Sheet, entry: JsonObject, index: number, entityId: string, basis: LegalBasis): void {
  const text = textOf(sheet, entry, 'charge', 2000);
  const translation = textOf(sheet, entry, 'charge_translation', 2000);
  const country = countryField(sheet, entry, 'issuing_country_id');
  for (const key of Object.keys(entry)) {
    if (!['charge', 'charge_translation', 'issuing_country_id'].includes(key)) {
      sheet.remark(key, 'The field is not known here; it was left out.');
    }
  }
  if (text !== null) basis.charges.push({ text, translation, country, maxPenaltyYears: null });
  else sheet.remark('charge', 'The warrant names no charge.');
  if (country !== null) {
    const reference = warrantReference(entityId, index + 1);
    basis.warrants.push({ reference, issuedBy: UNNAMED_COURT, issuedOn: null, country });
  }
}
