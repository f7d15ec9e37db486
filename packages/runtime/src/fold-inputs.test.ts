import { expect, test } from 'vitest';
import { foldInputs } from './fold-inputs.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

test('an input that is the same as its output is named like it, one that differs anywhere below is not', () => {
  const schemas = {
    Leaf: { type: 'string' },
    LeafInput: { type: 'string' },
    Tree: { type: 'array', items: ref('Leaf') },
    TreeInput: { type: 'array', items: ref('LeafInput') },
    When: { type: 'string', format: 'date-time' },
    WhenInput: { type: 'integer' },
    Above: { type: 'array', items: ref('When') },
    AboveInput: { type: 'array', items: ref('WhenInput') },
    Top: { type: 'array', items: ref('Above') },
    TopInput: { type: 'array', items: ref('AboveInput') },
    UserInput: { type: 'boolean' },
  };
  const names = ['TreeInput', 'LeafInput', 'WhenInput', 'AboveInput', 'TopInput', 'UserInput', 'Tree'];
  expect(foldInputs({ paths: names.map(ref) }, schemas)).toEqual({
    paths: ['Tree', 'Leaf', 'WhenInput', 'AboveInput', 'TopInput', 'UserInput', 'Tree'].map(ref),
  });
});
