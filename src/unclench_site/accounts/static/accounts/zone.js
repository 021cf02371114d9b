// Offers the time zone of this device: fills a hidden field, or a button beside a list.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const hidden = document.querySelector("input[type=hidden][name=time_zone]");
if (hidden && zone) hidden.value = zone;

const list = document.querySelector("select[name=time_zone]");
const offer = document.querySelector("#zone-offer");
const known = list && [...list.options].some((option) => option.value === zone);
if (offer && known && list.value !== zone) {
  offer.textContent = `Choose ${zone.replaceAll("_", " ").replaceAll("/", ", ")}, as on this device`;
  offer.hidden = false;
  offer.addEventListener("click", () => {
    list.value = zone;
    offer.hidden = true;
    list.focus();
  });
}
