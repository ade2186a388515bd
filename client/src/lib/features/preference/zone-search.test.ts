import { expect, test } from 'vitest';
import { cityOf, regionOf, zonesFor } from './zone-search.ts';

const zones = ['America/New_York', 'America/Sao_Paulo', 'Asia/Tokyo', 'Europe/Rome', 'UTC'];
const offset = (zone: string) => (zone === 'Europe/Rome' ? 'GMT+1' : 'GMT');

test('a city is found without its accents, its region or its underline', () => {
  expect(zonesFor('são', zones, offset)).toEqual(['America/Sao_Paulo']);
  expect(zonesFor('new york', zones, offset)).toEqual(['America/New_York']);
  expect(zonesFor('rome eur', zones, offset)).toEqual(['Europe/Rome']);
});

test('an offset finds its zones, and nothing typed finds all', () => {
  expect(zonesFor('gmt+1', zones, offset)).toEqual(['Europe/Rome']);
  expect(zonesFor(' ', zones, offset)).toEqual(zones);
  expect(zonesFor('atlantis', zones, offset)).toEqual([]);
});

test('a city that begins so comes first', () => {
  const found = zonesFor('a', ['America/Rome', 'Asia/Aden'], offset);
  expect(found).toEqual(['Asia/Aden', 'America/Rome']);
});

test('a zone is told as a city in its region', () => {
  expect([cityOf('America/Argentina/La_Rioja'), regionOf('America/Argentina/La_Rioja')]).toEqual([
    'La Rioja',
    'America, Argentina',
  ]);
  expect([cityOf('UTC'), regionOf('UTC')]).toEqual(['UTC', '']);
});
