import type { RuleSet, TableRule } from '@elira/rules';
import { captureOf } from '../../../../../packages/sync-server/src/capture/capture-sql.ts';
import { selected, type Answer } from '../answer.ts';
import type { ModelTable } from '../model-row.ts';

/** Answers to the questions by which the engine verifies capture: as after its migration was applied. Tables go by their number as oid. */
export type Catalogue = { readonly answer: (text: string, values: readonly (string | null)[]) => Answer | undefined };

export function makeCatalogue(rules: RuleSet, tables: readonly ModelTable[], shift: number): Catalogue {
  const ruleOf = (oid: string | null | undefined): TableRule | undefined => rules.tables.find(({ id }) => String(id) === oid);
  return {
    answer(text, values) {
      if (text.includes('FROM pg_class c JOIN pg_namespace n')) {
        const found = rules.tables.find(({ schema, name }) => schema === values[0] && name === values[1]);
        return selected({ oid: 'text' }, found === undefined ? [] : [[String(found.id)]]);
      }
      const rule = ruleOf(values[0]);
      if (rule === undefined) return undefined;
      if (text.includes('FROM pg_class c LEFT JOIN sync.captured_table')) {
        const columns = { kind: 'text', leaf: 'boolean', parent: 'boolean', number: 'integer', fed: 'boolean' } as const;
        return selected(columns, [['r', 'f', 'f', String(rule.id), 'f']]);
      }
      if (text.includes('FROM pg_trigger t JOIN pg_proc p')) return triggersOf(rules, rule, shift);
      if (text.includes('FROM pg_attribute a')) return columnsOf(rule, tables);
      return undefined;
    },
  };
}

function triggersOf(rules: RuleSet, rule: TableRule, shift: number): Answer {
  const { triggers, functions } = captureOf(rules, rule, shift);
  const columns = {
    ours: 'boolean',
    name: 'text',
    enabled: 'text',
    rewrites: 'boolean',
    function: 'text',
    source: 'text',
    definer: 'boolean',
    pinned: 'boolean',
    shape: 'text',
  } as const;
  const rows = triggers.map((trigger) => {
    const made = functions.find(({ name }) => name === trigger.function);
    return [
      't',
      trigger.name,
      'A',
      'f',
      trigger.function,
      made?.body ?? '',
      made?.definer === false ? 'f' : 't',
      't',
      trigger.shape,
    ];
  });
  return selected(columns, rows);
}

function columnsOf(rule: TableRule, tables: readonly ModelTable[]): Answer {
  const table = tables.find(({ name }) => name === rule.name);
  const names = table === undefined ? [] : [table.key, ...table.routing, ...table.synchronised, ...table.others];
  const typeOf = (name: string): string => (name === table?.key ? rule.key.type : (rule.routing[name] ?? 'text'));
  const rows = names.map((name, index) => [name, '', typeOf(name), name === table?.key ? 't' : 'f', String(index + 1)]);
  return selected({ name: 'text', generated: 'text', type: 'text', unique: 'boolean', place: 'integer' }, rows);
}
