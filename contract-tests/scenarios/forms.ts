import { expect } from 'chai';
import { scenario } from '../scenario.ts';

scenario('forms: a form is built, answered, read and deleted', { app: 'forms' }, async (alice) => {
  const form = await alice.call('nc_forms_create_form');
  const form_id: number = form.id;
  await alice.call('nc_forms_update_form', {
    form_id,
    changes: { title: 'Team lunch', submitMultiple: true, allowEditSubmissions: true },
  });

  const why = await alice.call('nc_forms_add_question', {
    form_id,
    type: 'short',
    text: 'What do you like?',
  });
  const what = await alice.call('nc_forms_add_question', {
    form_id,
    type: 'multiple_unique',
    text: 'Where?',
  });
  await alice.call('nc_forms_update_question', {
    form_id,
    question_id: why.id,
    changes: { isRequired: true },
  });
  await alice.call('nc_forms_reorder_questions', { form_id, new_order: [what.id, why.id] });
  const { questions } = await alice.call('nc_forms_list_questions', { form_id });
  expect(questions.map((question: { id: number }) => question.id)).to.deep.equal([what.id, why.id]);

  const { options } = await alice.call('nc_forms_add_options', {
    form_id,
    question_id: what.id,
    option_texts: ['Canteen', 'Italian', 'Park'],
  });
  const [canteen, italian, park] = options.map((option: { id: number }) => option.id);
  const of = { form_id, question_id: what.id };
  await alice.call('nc_forms_update_option', {
    ...of,
    option_id: italian,
    changes: { text: 'Trattoria' },
  });
  await alice.call('nc_forms_reorder_options', { ...of, new_order: [park, italian, canteen] });
  await alice.call('nc_forms_delete_option', { ...of, option_id: canteen });

  const answers = { [why.id]: ['Pasta'], [what.id]: [String(italian)] };
  await alice.call('nc_forms_submit_form', { form_id, answers });
  const { submissions } = await alice.call('nc_forms_list_submissions', { form_id, limit: 10 });
  expect(submissions).to.have.length(1);
  const submission = { form_id, submission_id: submissions[0].id };
  const texts = (await alice.call('nc_forms_get_submission', submission)).answers.map(
    (answer: { text: string }) => answer.text,
  );
  expect(texts).to.include.members(['Pasta', 'Trattoria']);
  await alice.call('nc_forms_update_submission', {
    ...submission,
    answers: { ...answers, [why.id]: ['Pizza'] },
  });
  await alice.call('nc_forms_delete_submission', submission);
  await alice.call('nc_forms_submit_form', { form_id, answers });
  await alice.call('nc_forms_delete_all_submissions', { form_id });

  await alice.call('nc_forms_delete_question', of);
  await alice.call('nc_forms_delete_form', { form_id });
  await alice.refused('nc_forms_get_form', { form_id });
});

scenario('forms: a form is shared and its results exported', { app: 'forms' }, async (alice) => {
  const { id: form_id } = await alice.call('nc_forms_create_form');
  await alice.call('nc_forms_update_form', { form_id, changes: { title: 'Survey to share' } });
  const share = await alice.call('nc_forms_share_form', {
    form_id,
    share_type: 0,
    share_with: 'bob',
    permissions: ['submit'],
  });
  expect(share.shareWith).to.equal('bob');
  await alice.call('nc_forms_update_share', {
    form_id,
    share_id: share.id,
    changes: { permissions: ['submit', 'results'] },
  });
  const form = await alice.call('nc_forms_get_form', { form_id });
  expect(form.shares[0].permissions).to.deep.equal(['submit', 'results']);
  await alice.call('nc_forms_delete_share', { form_id, share_id: share.id });

  const { forms } = await alice.call('nc_forms_list_forms', { type: 'owned' });
  expect(forms.map((listed: { id: number }) => listed.id)).to.include(form_id);
  const { file_name } = await alice.call('nc_forms_export_submissions', {
    form_id,
    path: '/',
    file_format: 'csv',
  });
  expect(file_name).to.match(/\.csv$/);
  await alice.call('nc_webdav_delete_resource', { path: file_name });
  await alice.call('nc_forms_delete_form', { form_id });
});
