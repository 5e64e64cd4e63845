// Coming in, and the list of rooms, as somebody does it: with the forms.

export class Entrance {
  constructor(page) {
    this.page = page;
    this.ways = page.getByRole('tablist', { name: 'How to come in' });
  }

  way(name) {
    return this.ways.getByRole('tab', { name, exact: true });
  }

  /** The field with this label, in the form that is shown. */
  field(label) {
    return this.page.getByLabel(label, { exact: true });
  }

  async register({ name, password, email = '' }) {
    await this.way('Register').click();
    await this.field('Name').fill(name);
    if (email !== '') await this.field('E-mail').fill(email);
    await this.field('Password').fill(password);
    await this.page.getByRole('button', { name: 'Create account' }).click();
  }

  async signIn({ name, password }) {
    await this.way('Sign in').click();
    await this.field('Name').fill(name);
    await this.field('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }

  async asGuest(name) {
    await this.way('Guest').click();
    await this.field('What should others call you?').fill(name);
    await this.page.getByRole('button', { name: 'Continue as guest' }).click();
  }
}

export class Directory {
  constructor(page) {
    this.page = page;
    this.search = page.getByRole('searchbox', { name: 'Search rooms' });
    this.list = page.getByRole('list', { name: 'Rooms' });
  }

  entry(room) {
    return this.list.getByRole('listitem').filter({ hasText: room });
  }

  async enter(room) {
    await this.entry(room).getByRole('link').first().click();
  }

  /** Fills in the dialog for a new room and sends it. */
  async create({ name, description = '', password = null }) {
    await this.page.getByRole('button', { name: 'New room' }).first().click();
    const dialog = this.page.getByRole('dialog', { name: 'New room' });
    await dialog.getByLabel('Name', { exact: true }).fill(name);
    if (description !== '') await dialog.getByLabel('Description').fill(description);
    if (password !== null) {
      await dialog.getByLabel('Private', { exact: true }).check();
      await dialog.getByLabel('Room password').fill(password);
    }
    await dialog.getByRole('button', { name: 'Create room' }).click();
  }
}
