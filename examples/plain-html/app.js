// Waits for the visitor to sign in, then calls this application's own back end in their name.

const element = document.querySelector('keylane-sign-in');
const answer = document.querySelector('#answer');

element.addEventListener('keylane-signed-in', async () => {
  // Asked for anew before each call: it is renewed when it has run out.
  const token = await element.accessToken();
  const response = await fetch('/api/hello', { headers: { authorization: `Bearer ${token}` } });
  const { message, problem } = await response.json();
  answer.textContent = message ?? problem;
});
